import type { Command } from 'commander';
import Table from 'cli-table3';
import { serverStatus, supervisorOf } from '@dolphinstage/embedded';
import { externalServers, readConfig } from '../config';
import type { CliContext } from '../context';
import { platformHome } from '../home';
import { platformServers } from '../platform/servers';

export function register(program: Command, cli: CliContext): void {
  program
    .command('status')
    .description('the embedded platform: each server with port, pid, health and memory')
    .option('--json', 'for machines: one JSON object')
    .action(async ({ json }: { json?: boolean }) => {
      const home = platformHome();
      const external = externalServers(await readConfig(cli.cwd));
      const servers = await serverStatus({ home, servers: platformServers, external });
      if (json) {
        cli.json({ servers });
      } else {
        const table = new Table({ head: ['server', 'port', 'pid', 'health', 'memory', 'address'] });
        for (const { name, port, pid, healthy, memory_mb: memory, url } of servers) {
          const health = healthy ? 'healthy' : 'down';
          table.push([name, port, pid ?? '-', health, memory === null ? '-' : `${memory} MB`, url]);
        }
        cli.out(table.toString());
        const supervisor = supervisorOf(home);
        cli.out(
          supervisor ? `up under process ${supervisor}; logs are in ${home.path}/logs` : 'not up',
        );
      }
      if (servers.some(({ healthy }) => !healthy)) cli.exit(1);
    });
}
