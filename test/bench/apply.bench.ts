import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient, type DolphinSchedulerClient } from '@dolphinstage/dolphinscheduler-client';
import pLimit from 'p-limit';
import { benchCase, type Bench, type BenchCase } from '../src/bench';
import { expectWrites, prepareOurs, type CountedRun } from './apply/ours';
import { prepareRival, REQUIREMENT } from './apply/rival';
import { TASKS, writeRepository } from './apply/repository';

const SMALL = 100;
const LARGE = 1000;
const CHANGED = LARGE / 100;
const RUNS = 3;
const HOUR_MS = 3_600_000;
const AT_ONCE = 8;
/** What an instance of app-config.yaml names when nothing is said. */
const ENVIRONMENT = 'dolphinstage';

/** Workflows as code on a real server: the first apply, one with nothing to do, one with a hundredth changed. */
const bench: Bench = {
  name: 'apply',
  servers: ['postgres', 'dolphinscheduler'],
  pythonGateway: true,
  async run(context) {
    const { report, signal } = context;
    const { url, user, password } = context.platform.dolphinscheduler;
    const client = await createClient({ url, user, password });
    const token = await client.users.createToken(
      (await client.currentUser()).id,
      new Date(Date.now() + 6 * HOUR_MS),
    );
    if (!(await client.environments.find(ENVIRONMENT))) {
      await client.environments.create({
        name: ENVIRONMENT,
        description: '',
        workerGroups: ['default'],
        config: `export DOLPHINSTAGE_NODE=${process.execPath}`,
      });
    }
    const folder = mkdtempSync(join(tmpdir(), 'bench-apply-'));
    const session = randomUUID().slice(0, 6);
    const projects: string[] = [];
    const projectName = (name: string) => {
      const made = `bench-${session}-${name}`;
      projects.push(made);
      return made;
    };
    try {
      const ours = prepareOurs(context, join(folder, 'ours'), token);
      const rival = await prepareRival(context, folder);
      const cases: BenchCase[] = [];
      const measured = (
        name: string,
        runs: readonly CountedRun[],
        more: Partial<BenchCase> = {},
      ) => {
        const [one] = runs;
        const row = {
          ...benchCase(name, runs),
          requests: one?.requests ?? 0,
          writes: one?.writes ?? 0,
          ...more,
        };
        report(`${name}: ${row.median_s.toFixed(2)} s, ${row.writes} writes, ${row.peak_mb} MB`);
        cases.push(row);
        return row;
      };

      // In turn, so that a busy minute of the machine hits both alike. The first round warms the server up.
      const first: CountedRun[] = [];
      const theirs: CountedRun[] = [];
      for (let round = 0; round <= RUNS; round += 1) {
        signal.throwIfAborted();
        const project = projectName(`small-${round}`);
        const path = join(ours.folder, project);
        writeRepository(path, { project, workflows: SMALL, text: () => 'hello' });
        const run = await ours.run('apply', path, '--json');
        expectWrites('the first apply', run, writes => writes >= 2 * SMALL);
        const other = await rival(projectName(`rival-${round}`), SMALL);
        report(
          `${round || 'warm-up'}: ${run.wall_s.toFixed(2)} s, rival ${other.wall_s.toFixed(2)} s`,
        );
        if (round === 0) continue;
        first.push(run);
        theirs.push(other);
      }
      const rivalCase = measured(`rival-${SMALL}`, theirs);
      const ratio = benchCase('', first).median_s / rivalCase.median_s;
      measured(`first-${SMALL}`, first, { ratio_to_rival: ratio });

      const project = projectName('large');
      const path = join(ours.folder, project);
      let changes = 0;
      const write = () =>
        writeRepository(path, {
          project,
          workflows: LARGE,
          text: number => (number < CHANGED ? `hello ${changes}` : 'hello'),
        });
      write();
      const repeat = async (act: () => Promise<CountedRun>) => {
        const runs: CountedRun[] = [];
        for (let round = 0; round < RUNS; round += 1) {
          signal.throwIfAborted();
          runs.push(await act());
        }
        return runs;
      };
      measured(`synth-${LARGE}`, await repeat(() => ours.run('synth', path, '--json')));
      // A thousand are made only once: that alone takes a while.
      const whole = await ours.run('apply', path, '--json');
      expectWrites('the first apply', whole, writes => writes >= 2 * LARGE);
      const theirWhole = measured(`rival-${LARGE}`, [
        await rival(projectName('rival-large'), LARGE),
      ]);
      measured(`first-${LARGE}`, [whole], {
        ratio_to_rival: whole.wall_s / theirWhole.median_s,
      });
      measured(
        `reapply-${LARGE}`,
        await repeat(async () => {
          const run = await ours.run('apply', path, '--json');
          expectWrites('the apply of what is there', run, writes => writes === 0);
          return run;
        }),
      );
      measured(
        `changed-${LARGE}`,
        await repeat(async () => {
          changes += 1;
          write();
          const run = await ours.run('apply', path, '--json');
          expectWrites(
            'the apply of a hundredth',
            run,
            writes => writes > 0 && writes < 10 * CHANGED,
          );
          return run;
        }),
      );
      return {
        bench: 'apply',
        configuration: {
          dolphinscheduler: '3.1.1 on PostgreSQL, standalone, on the same machine',
          workflows: `${TASKS} shell tasks each, no schedule, released`,
          runs: `${RUNS} each (first-${LARGE}, rival-${LARGE}: 1)`,
          changed: `${CHANGED} of ${LARGE}`,
          rival: `${REQUIREMENT} through the Python gateway, one after the other, as it works`,
          command: 'dolphinstage apply <folder> --json, start of the process included',
          writes: 'of the first run: requests but GET, logins and previews',
          goals: `reapply-${LARGE}: 0 writes, < 10 s; first-… ≤ 1/3 of rival-…; synth-${LARGE} < 2 s`,
        },
        cases,
      };
    } finally {
      report('taking the workflows away');
      await Promise.all(projects.map(name => remove(client, name)));
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

const limit = pLimit(AT_ONCE);

async function remove(client: DolphinSchedulerClient, name: string): Promise<void> {
  const project = await limit(() => client.projects.find(name));
  if (!project) return;
  const workflows = await limit(() => client.workflows.list(project.code));
  await Promise.all(
    workflows.map(({ code, releaseState }) =>
      limit(async () => {
        if (releaseState === 'ONLINE')
          await client.workflows.release(project.code, code, 'OFFLINE');
        await client.workflows.delete(project.code, code);
      }),
    ),
  );
  await limit(() => client.projects.delete(project.code));
}

export default bench;
