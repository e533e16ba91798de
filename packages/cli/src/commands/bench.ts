import { readdirSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import {
  Machine,
  mlflow,
  PYTHON_GATEWAY_PORT,
  servers,
  withPythonGateway,
  type Home,
  type TestPlatform,
} from '@dolphinstage/embedded';
import type { Bench, BenchResult } from '@dolphinstage/test';
import type { CliContext } from '../context';
import { CliError } from '../errors';
import { platformHome } from '../home';
import { onServers } from '../platform/events';
import { ROOT } from '../root';
import { textTable } from '../table';
import { startTestServers } from '../testing/platform';

const FOLDER = join(ROOT, 'test/bench');

function benchNames(): string[] {
  return readdirSync(FOLDER)
    .filter(file => file.endsWith('.bench.ts'))
    .map(file => file.replace(/\.bench\.ts$/, ''))
    .sort();
}

function table({ bench, configuration, cases }: BenchResult): string {
  const figures = [...new Set(cases.flatMap(row => Object.keys(row)))];
  const rows = cases.map(row =>
    figures.map(figure => {
      const value = row[figure];
      return typeof value === 'number' ? Math.round(value * 1000) / 1000 : value;
    }),
  );
  const settings = Object.entries(configuration).map(
    ([key, value]) => `  ${key}: ${typeof value === 'object' ? JSON.stringify(value) : value}`,
  );
  return [bench, ...settings, textTable(figures, rows)].join('\n');
}

const SCHEDULER = 'dolphinscheduler';

async function knowingGateway(platform: TestPlatform, home: Home): Promise<TestPlatform> {
  const pythonGateway = await home.port(`${SCHEDULER}.${PYTHON_GATEWAY_PORT}`, true);
  return { ...platform, dolphinscheduler: { ...platform.dolphinscheduler, pythonGateway } };
}

export function register(program: Command, cli: CliContext): void {
  program
    .command('bench')
    .description('measure, beside the rivals and the raw limit')
    .argument('[name]', 'one benchmark; all without it')
    .option('--json', 'for machines: one JSON object a benchmark, the last line')
    .action(async (name: string | undefined, { json }: { json?: boolean }) => {
      const names = benchNames();
      if (name && !names.includes(name)) {
        throw new CliError('USAGE', `there is no benchmark ${name}`, {
          todo: `Use one of: ${names.join(', ')}.`,
        });
      }
      const machine = new Machine();
      for (const one of name ? [name] : names) {
        const { default: bench } = (await import(join(FOLDER, `${one}.bench.ts`))) as {
          default: Bench;
        };
        const home = platformHome().sibling('bench');
        const needed = [...servers, mlflow()]
          .filter(server => (bench.servers as readonly string[]).includes(server.name))
          .map(server =>
            bench.pythonGateway && server.name === SCHEDULER ? withPythonGateway(server) : server,
          );
        const running = await startTestServers(home, onServers(cli), needed);
        try {
          const result = await bench.run({
            platform: bench.pythonGateway
              ? await knowingGateway(running.platform, home)
              : running.platform,
            machine,
            cache: join(machine.cache, 'bench'),
            report: text => cli.note(text),
            signal: cli.signal,
          });
          result.configuration = {
            machine: `${cpus().length} × ${cpus()[0]?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB`,
            node: process.version,
            ...result.configuration,
          };
          if (json) cli.json(result);
          else cli.out(table(result));
        } finally {
          await running.stop();
        }
      }
    });
}
