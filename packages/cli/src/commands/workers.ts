import type { Command } from 'commander';
import { checkWorkers, type WorkerReport } from '@dolphinstage/workflows';
import type { CliContext } from '../context';
import { textTable } from '../table';

function workerRow({ group, host, facts, problems }: WorkerReport): string[] {
  return [
    group,
    host ?? '-',
    ...[facts?.user, facts?.node, facts?.bundles, facts?.connections, facts?.psmisc].map(
      fact => fact ?? '-',
    ),
    problems.length === 0 ? 'ready' : 'not ready',
  ];
}

export function register(program: Command, cli: CliContext): void {
  program
    .command('workers')
    .description('the workers of a DolphinScheduler')
    .command('check')
    .description('run a probe on each worker group: can tasks of packs run there?')
    .option('--target <name>', 'an instance of app-config.yaml; the embedded platform by default')
    .option('--json', 'for machines: one JSON object')
    .action(async ({ target: name, json }: { target?: string; json?: boolean }) => {
      const { client, environment, tenant, delivery } = await cli.target(name);
      const workers = await checkWorkers(client, {
        environment,
        tenant,
        delivery,
        signal: cli.signal,
      });
      if (json) {
        cli.json({ workers });
      } else {
        const head = ['group', 'worker', 'user', 'node', 'bundles', 'connections', 'psmisc', ''];
        cli.out(textTable(head, workers.map(workerRow)));
        for (const { group, host, problems } of workers) {
          for (const problem of problems) cli.out(`${group} ${host ?? ''}: ${problem}`);
        }
      }
      if (workers.some(({ problems }) => problems.length > 0)) cli.exit(1);
    });
}
