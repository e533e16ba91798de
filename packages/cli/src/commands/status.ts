import type { Command } from 'commander';
import { serverStatus, supervisorOf } from '@dolphinstage/embedded';
import { workflowStatus } from '@dolphinstage/workflows';
import { externalServers, readConfig } from '../config';
import type { CliContext } from '../context';
import { CliError } from '../errors';
import { platformHome } from '../home';
import { textTable } from '../table';
import { platformServers } from '../platform/servers';
import { statusText } from '../workflows/status';

interface StatusOptions {
  target?: string;
  json?: boolean;
}

async function showPlatform(cli: CliContext, json: boolean): Promise<void> {
  const home = platformHome();
  const external = externalServers(await readConfig(cli.cwd));
  const servers = await serverStatus({ home, servers: platformServers, external });
  if (json) {
    cli.json({ servers });
  } else {
    const rows = servers.map(({ name, port, pid, healthy, memory_mb: memory, url }) => [
      name,
      String(port),
      pid === null ? '-' : String(pid),
      healthy ? 'healthy' : 'down',
      memory === null ? '-' : `${memory} MB`,
      url,
    ]);
    cli.out(textTable(['server', 'port', 'pid', 'health', 'memory', 'address'], rows));
    const supervisor = supervisorOf(home);
    cli.out(
      supervisor ? `up under process ${supervisor}; logs are in ${home.path}/logs` : 'not up',
    );
  }
  if (servers.some(({ healthy }) => !healthy)) cli.exit(1);
}

async function showWorkflow(
  cli: CliContext,
  workflow: string,
  { target, json }: StatusOptions,
): Promise<void> {
  const { client } = await cli.target(target);
  const status = await workflowStatus(client, workflow);
  if (json) cli.json(status);
  else cli.out(statusText(status));
}

export function register(program: Command, cli: CliContext): void {
  program
    .command('status')
    .description(
      'the embedded platform: each server with port, pid, health and memory; or a workflow: released or not, its schedule, whose it is, its last runs',
    )
    .argument('[workflow]', 'its id, or project/id; the platform without it')
    .option(
      '--target <name>',
      "a workflow's instance of app-config.yaml; the embedded platform by default",
    )
    .option('--json', 'for machines: one JSON object')
    .action(async (workflow: string | undefined, options: StatusOptions) => {
      if (workflow !== undefined) {
        await showWorkflow(cli, workflow, options);
        return;
      }
      if (options.target !== undefined) {
        throw new CliError('USAGE', '--target without a workflow', {
          todo: 'Name one: only the embedded platform has servers to show.',
        });
      }
      await showPlatform(cli, options.json ?? false);
    });
}
