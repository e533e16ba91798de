import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '@dolphinstage/embedded';
import { measure, type BenchContext } from '../../src/bench';
import { TABLE, type Source } from './orders';
import type { Way } from './target';

/** A program that does the same job, with its version and what is typed. */
export interface Rival {
  way: Way;
  version: string;
  command: string;
}

/** An account as a URL, for programs that take nothing else; it travels in their environment. */
function url(scheme: string, to: Source['settings'] | Parameters<Way['run']>[0]): string {
  const account = `${encodeURIComponent(to.user)}:${encodeURIComponent(to.password)}`;
  return `${scheme}://${account}@${to.host}:${to.port}/${to.database}`;
}

/** A virtual environment with one package of PyPI, made once. */
async function environment({ machine, cache, report }: BenchContext, requirement: string) {
  const folder = join(cache, requirement.replace(/[^\w.-]+/g, '_'));
  if (!existsSync(join(folder, 'installed'))) {
    const python = await machine.need('python3', 'python3 python3-venv', report);
    report(`pip install ${requirement}`);
    await rm(folder, { recursive: true, force: true });
    await run(python, ['-m', 'venv', folder]);
    await run(join(folder, 'bin/pip'), ['install', '--quiet', requirement], { limit: 900 });
    // Last: an interrupted installation is made anew.
    await writeFile(join(folder, 'installed'), requirement);
  }
  return folder;
}

/** sling: Go, PostgreSQL through COPY. */
export async function sling(context: BenchContext, { settings: from }: Source): Promise<Rival> {
  const folder = await environment(context, 'sling-linux-amd64==1.4.11');
  const python = join(folder, 'bin/python');
  const root = 'import sling_linux_amd64 as s; print(list(s.__path__)[0])';
  const program = join((await run(python, ['-c', root])).trim(), 'bin/sling-linux-amd64');
  const args = [
    ...['run', '--src-conn', 'SHOP', '--src-stream', `${from.database}.${TABLE}`],
    ...['--tgt-conn', 'WAREHOUSE', '--tgt-object', `public.${TABLE}`, '--mode', 'full-refresh'],
  ];
  return {
    version: 'sling-linux-amd64 1.4.11',
    command: ['sling', ...args].join(' '),
    way: {
      name: 'sling',
      needs: 'nothing',
      table: `public.${TABLE}`,
      run: to =>
        measure(context, program, args, {
          env: {
            SHOP: url('mysql', from),
            WAREHOUSE: `${url('postgresql', to)}?sslmode=disable`,
            SLING_HOME_DIR: join(folder, 'home'),
            SLING_DISABLE_TELEMETRY: 'true',
          },
        }),
    },
  };
}

/** ingestr: Go since 0.15, five readers beside each other. */
export async function ingestr(context: BenchContext, { settings: from }: Source): Promise<Rival> {
  const folder = await environment(context, 'ingestr<1');
  const program = join(folder, 'bin/ingestr');
  const args = [
    ...['ingest', '--source-table', `${from.database}.${TABLE}`, '--dest-table', `public.${TABLE}`],
    ...['--incremental-strategy', 'append', '--full-refresh', '--yes', '--progress', 'log'],
  ];
  return {
    version: (await run(program, ['--version'])).trim(),
    command: ['ingestr', ...args].join(' '),
    way: {
      name: 'ingestr',
      needs: 'nothing',
      table: `public.${TABLE}`,
      run: to =>
        measure(context, program, args, {
          env: {
            SOURCE_URI: url('mysql', from),
            DESTINATION_URI: `${url('postgresql', to)}?sslmode=disable`,
            INGESTR_DISABLE_TELEMETRY: 'true',
          },
        }),
    },
  };
}
