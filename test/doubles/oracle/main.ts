import { formatError, redact } from '@dolphinstage/common';
import { readSettings } from './settings';
import { startOracleDouble } from './server';

// The double as a process; its environment is in settings.ts. Says "listening on <host:port/service>" on
// stderr when it is ready; SIGTERM or SIGINT ends it.

async function main(): Promise<void> {
  const double = await startOracleDouble(readSettings(process.env));
  const stop = () => void double.close().catch(fail);
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  process.stderr.write(`listening on ${double.connectString}\n`);
}

function fail(error: unknown): never {
  process.stderr.write(`${redact(formatError(error))}\n`);
  process.exit(1);
}

main().catch(fail);
