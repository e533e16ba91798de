import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createClient } from '@dolphinstage/dolphinscheduler-client';
import { run as runCommand } from '@dolphinstage/embedded';
import axios from 'axios';
import { BenchError, measure, median, type Bench, type BenchCase } from '../src/bench';
import { openBrowser } from '../src/browser';
import { ROOT } from '../src/dolphinstage';
import { FaultyProxy } from '../src/faulty-proxy';
import { startPortal, type DemonstrationPortal } from '../src/portal';
import { seededRandom } from '../src/random';
import { PROVIDER_CHANGED, PROVIDER_CONNECTIONS } from './portal/provider-rows';
import { lookAt, signIn, type Page, type Person } from './portal/person';
import { remove, seed, type Seeded } from './portal/seed';
import { quantile, timed, usageOf } from './timings';

const WORKFLOWS = 1_000;
const RUNS_EACH = 20;
const SAMPLES = 200;
const PAGE_ROWS = 50;
const LOOKING_S = 60;
const PEOPLE = 50;
const PAGE_LOADS = 7;
const PROVIDED = 10_000;
const HOUR_MS = 3_600_000;
const INSTANCE = 'embedded';
const PREFIX = 'bench-portal-';

/** The same thing asked of the portal and of DolphinScheduler. */
interface Pair {
  readonly name: string;
  /** Asks both for the n-th time. */
  readonly portal: (n: number) => Promise<unknown>;
  readonly bare: (n: number) => Promise<unknown>;
}

/** What people of the portal wait for, and what their looking costs DolphinScheduler. */
const bench: Bench = {
  name: 'portal',
  servers: ['postgres', 'dolphinscheduler'],
  async run(context) {
    const { platform, report, signal, machine } = context;
    const { url, user, password } = platform.dolphinscheduler;
    const client = await createClient({ url, user, password });
    const token = await client.users.createToken(
      (await client.currentUser()).id,
      new Date(Date.now() + 6 * HOUR_MS),
    );
    const folder = mkdtempSync(join(tmpdir(), 'bench-portal-'));
    const file = join(folder, 'platform.json');
    writeFileSync(file, JSON.stringify(platform), { mode: 0o600 });
    const project = `${PREFIX}${randomUUID().slice(0, 6)}`;
    const cases: BenchCase[] = [];
    const add = (row: BenchCase) => {
      report(JSON.stringify(row));
      cases.push(row);
    };
    let proxy: FaultyProxy | undefined;
    let portal: DemonstrationPortal | undefined;
    try {
      // What an interrupted run has left would be shown, too.
      await remove(platform, client, PREFIX);
      report(`${WORKFLOWS} workflows with ${RUNS_EACH} runs each`);
      const seeded: Seeded = await seed(platform, client, {
        project,
        workflows: WORKFLOWS,
        runsEach: RUNS_EACH,
      });
      const counted = await FaultyProxy.start(url);
      proxy = counted;
      portal = await startPortal({ platform: file, scheduler: counted.url });
      const person = await whoSeesAll(portal.url, project);

      for (const pair of await pairsOf(seeded, { person, url, token })) {
        signal.throwIfAborted();
        add(await comparePair(pair, portal));
      }

      const watching = watchedPages(seeded);
      const looking = async (
        name: string,
        people: number,
        pages: (n: number) => readonly Page[],
      ) => {
        signal.throwIfAborted();
        const before = usageOf(portal!.backend());
        const calls = await callsWhile(counted, person, people, pages);
        const { cpu_s, peak_mb } = usageOf(portal!.backend());
        const row = { name, median_s: LOOKING_S, cpu_s: cpu_s - before.cpu_s, peak_mb };
        const perMinute = (calls * 60) / LOOKING_S;
        const one = cases.find(known => known.name === 'looking-1')?.calls_per_minute;
        add({
          ...row,
          calls_per_minute: perMinute,
          ...(typeof one === 'number' && people > 1 ? { ratio_to_one: perMinute / one } : {}),
        });
      };
      await looking('looking-0', 0, () => watching);
      await looking('looking-1', 1, () => watching);
      await looking(`looking-${PEOPLE}`, PEOPLE, () => watching);
      const { codes } = seeded;
      await looking(`looking-${PEOPLE}-apart`, PEOPLE, n => pagesOf(project, codes[n * 7]!));

      add(await listPage(portal, machine, project));
      add(await provider(context));
      return {
        bench: 'portal',
        configuration: {
          dolphinscheduler: '3.1.1 on PostgreSQL, standalone, on the same machine',
          workflows: `${WORKFLOWS} of five shell tasks, applied with our own tool`,
          runs: `${seeded.runs}, made in the database (test/bench/portal/seed-runs.sql) of what one real run looks like`,
          portal:
            'one process, PostgreSQL, production mode, started from TypeScript, sample policy, the guest',
          calls: `${SAMPLES} each, portal and DolphinScheduler in turn, one at a time; through a counting proxy for the portal only`,
          bare: `the one call of DolphinScheduler's API nearest to it: a page of ${PAGE_ROWS} definitions without their runs; one definition; a page of runs; a piece of log`,
          cold: 'each time another workflow, run or task; warm: asked for a moment ago by somebody else',
          people: `API clients that ask for what the pages ask for, as often: the list, a workflow whose run goes on, its runs, the run and its growing log; apart: each another workflow at rest`,
          browser: 'headless chromium, the app in its cache, from navigation to the first row',
          provider: `${PROVIDED} generated rows, into a catalog connection that only counts; a process of its own`,
          goals: `list p95 ≤ bare p95; looking-${PEOPLE} ≤ 1.5 × looking-1; list-page < 2 s`,
        },
        cases,
      };
    } finally {
      report('taking it all away');
      await portal?.stop();
      await proxy?.stop();
      await remove(platform, client, project);
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

/**
 * Somebody who sees all workflows with their runs: until the catalog has read who belongs to which group, nobody does.
 *
 * @throws BenchError where nobody does after two minutes.
 */
async function whoSeesAll(url: string, project: string): Promise<Person> {
  let seen = '';
  for (const end = Date.now() + 120_000; Date.now() < end; await pause(500)) {
    const person = await signIn(url);
    const { data } = await person.get(`/workflows?project=${project}&limit=1000`);
    const ran = data.items.filter(({ lastRun }: { lastRun?: object }) => lastRun !== undefined);
    if (data.total === WORKFLOWS + 1 && ran.length >= WORKFLOWS - 1) return person;
    seen = `${data.total} workflows, ${ran.length} of them with a run; ${JSON.stringify(data.instances)}`;
  }
  throw new BenchError('WRONG_RESULT', `the portal shows ${seen}`, {
    todo: 'Look at its list, and into its log.',
  });
}

async function pairsOf(
  { project, projectCode, codes }: Seeded,
  { person, url, token }: { person: Person; url: string; token: string },
): Promise<Pair[]> {
  const server = axios.create({ baseURL: url, headers: { token }, proxy: false });
  const ask = async (path: string) => {
    const { data } = await server.get(path);
    if (data.code !== 0) throw new BenchError('WRONG_RESULT', `${path}: ${data.msg}`, { todo: '' });
    return data.data;
  };
  const code = (n: number) => codes[(n * 37) % codes.length]!;
  const instances = `/projects/${projectCode}/process-instances`;
  const runsOf = (of: number) =>
    `${instances}?processDefineCode=${of}&pageNo=1&pageSize=${PAGE_ROWS}`;
  const workflow = (of: number) => `/workflows/${INSTANCE}/${project}/${of}`;
  // What is asked for later: a run of each workflow, with a task.
  const seen = await Promise.all(
    Array.from({ length: SAMPLES }, async (_none, n) => {
      const { totalList } = (await ask(runsOf(code(n)))) as { totalList: { id: number }[] };
      const run = totalList[0]!.id;
      const { taskList } = (await ask(`${instances}/${run}/tasks`)) as {
        taskList: { id: number }[];
      };
      return { run, task: taskList[0]!.id };
    }),
  );
  const listed = (n: number) => (n % 20) * PAGE_ROWS;
  const list: Pair = {
    name: 'list',
    portal: n => person.get(`/workflows?project=${project}&limit=${PAGE_ROWS}&offset=${listed(n)}`),
    bare: n =>
      ask(
        `/projects/${projectCode}/process-definition?pageNo=${(n % 20) + 1}&pageSize=${PAGE_ROWS}`,
      ),
  };
  const others: Pair[] = [
    {
      name: 'detail',
      portal: n => person.get(workflow(code(n))),
      bare: n => ask(`/projects/${projectCode}/process-definition/${code(n)}`),
    },
    {
      name: 'runs',
      portal: n => person.get(`${workflow(code(n))}/runs?limit=${PAGE_ROWS}`),
      bare: n => ask(runsOf(code(n))),
    },
    {
      name: 'run',
      portal: n => person.get(`${workflow(code(n))}/runs/${seen[n]!.run}`),
      bare: n => ask(`${instances}/${seen[n]!.run}/tasks`),
    },
    {
      name: 'log',
      portal: n =>
        person.get(`${workflow(code(n))}/runs/${seen[n]!.run}/tasks/${seen[n]!.task}/log`),
      bare: n => ask(`/log/detail?taskInstanceId=${seen[n]!.task}&skipLineNum=0&limit=1000`),
    },
  ];
  return [
    list,
    ...others.flatMap(pair => [
      { ...pair, name: `${pair.name}-cold` },
      {
        ...pair,
        name: `${pair.name}-warm`,
        portal: () => pair.portal(0),
        bare: () => pair.bare(0),
      },
    ]),
  ];
}

async function comparePair(
  { name, portal: ours, bare }: Pair,
  portal: DemonstrationPortal,
): Promise<BenchCase> {
  const taken = { ours: [] as number[], bare: [] as number[] };
  const before = usageOf(portal.backend());
  for (let n = 0; n < SAMPLES; n += 1) {
    taken.ours.push(await timed(() => ours(n)));
    taken.bare.push(await timed(() => bare(n)));
  }
  const { cpu_s, peak_mb } = usageOf(portal.backend());
  const [p95, bare95] = [quantile(taken.ours, 0.95), quantile(taken.bare, 0.95)];
  const [p50, bare50] = [median(taken.ours), median(taken.bare)];
  return {
    name,
    median_s: p50,
    p95_s: p95,
    bare_median_s: bare50,
    bare_p95_s: bare95,
    ratio_median: p50 / bare50,
    ratio_p95: p95 / bare95,
    cpu_s: (cpu_s - before.cpu_s) / SAMPLES,
    peak_mb,
  };
}

function pagesOf(project: string, code: number): Page[] {
  return [
    [`/workflows?project=${project}&limit=${PAGE_ROWS}`, 15],
    [`/workflows/${INSTANCE}/${project}/${code}`, 30],
    [`/workflows/${INSTANCE}/${project}/${code}/runs?limit=100`, 30],
  ];
}

function watchedPages({ project, live: { code, run, task } }: Seeded): Page[] {
  const workflow = `/workflows/${INSTANCE}/${project}/${code}`;
  return [
    [`/workflows?project=${project}&limit=${PAGE_ROWS}`, 15],
    [workflow, 5],
    [`${workflow}/runs?limit=100`, 5],
    [`${workflow}/runs/${run}`, 3],
    [`${workflow}/runs/${run}/tasks/${task.id}/log`, 2],
  ];
}

async function callsWhile(
  proxy: FaultyProxy,
  person: Person,
  people: number,
  pages: (n: number) => readonly Page[],
): Promise<number> {
  const random = seededRandom(people);
  const end = new AbortController();
  const looking = Promise.all(
    Array.from({ length: people }, (_none, n) =>
      lookAt(person, pages(n), { signal: end.signal, random }),
    ),
  );
  // The first looks of all are over by then.
  await Promise.race([pause(15_000), looking.then(() => pause(15_000))]);
  proxy.passed.length = 0;
  await pause(LOOKING_S * 1000);
  const calls = proxy.passed.length;
  end.abort();
  await looking;
  return calls;
}

async function listPage(
  portal: DemonstrationPortal,
  machine: Parameters<typeof openBrowser>[0],
  project: string,
): Promise<BenchCase> {
  const browser = await openBrowser(machine);
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 860 } });
    page.setDefaultTimeout(60_000);
    await page.goto(portal.url);
    await page.getByRole('button', { name: /enter/i }).click();
    await page.getByRole('link', { name: 'Workflows' }).first().waitFor();
    const open = async (rows: number) => {
      const address = `${portal.url}/dolphinscheduler?project=${project}&limit=${rows}`;
      return timed(async () => {
        await page.goto(address, { waitUntil: 'commit' });
        await page.getByRole('link', { name: 'orders-0000', exact: true }).waitFor();
      });
    };
    await open(PAGE_ROWS);
    const before = usageOf(portal.backend());
    const loads: number[] = [];
    for (let load = 0; load < PAGE_LOADS; load += 1) loads.push(await open(PAGE_ROWS));
    const { cpu_s, peak_mb } = usageOf(portal.backend());
    const sort = () => page.getByRole('columnheader', { name: 'Workflow' }).click();
    const sorted_s = await timed(async () => {
      await sort();
      await page.getByRole('link', { name: 'orders-0999', exact: true }).waitFor();
    });
    const many: number[] = [];
    for (let load = 0; load < 3; load += 1) many.push(await open(250));
    const all: number[] = [];
    for (let load = 0; load < 3; load += 1) all.push(await open(1_000));
    return {
      name: 'list-page',
      median_s: median(loads),
      p95_s: quantile(loads, 0.95),
      sorted_s,
      rows_250_s: median(many),
      rows_1000_s: median(all),
      cpu_s: (cpu_s - before.cpu_s) / PAGE_LOADS,
      peak_mb,
    };
  } finally {
    await browser.close();
  }
}

async function provider(context: Parameters<Bench['run']>[0]): Promise<BenchCase> {
  const args = [
    ...['--import', `file://${join(ROOT, 'node_modules/tsx/dist/loader.mjs')}`],
    join(__dirname, 'portal/provider-main.ts'),
  ];
  const nothing = await measure(context, process.execPath, [...args, '0']);
  const measured = await measure(context, process.execPath, [...args, String(PROVIDED)]);
  const said = JSON.parse(await runCommand(process.execPath, [...args, String(PROVIDED)])) as {
    first_s: number;
    unchanged_s: number;
    changed_s: number;
    told: number[];
  };
  if (said.told.join() !== `${PROVIDED + PROVIDER_CONNECTIONS},${PROVIDER_CHANGED}`) {
    throw new BenchError('WRONG_RESULT', `the catalog was told ${said.told.join(', ')} entities`, {
      todo: 'It is to be told all at first, nothing when nothing has changed, then what has.',
    });
  }
  return {
    name: `provider-${PROVIDED}`,
    median_s: said.first_s,
    unchanged_s: said.unchanged_s,
    changed_100_s: said.changed_s,
    cpu_s: measured.cpu_s - nothing.cpu_s,
    peak_mb: measured.peak_mb,
    empty_mb: nothing.peak_mb,
  };
}

export default bench;
