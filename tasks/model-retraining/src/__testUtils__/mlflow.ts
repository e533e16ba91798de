import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Home, mlflow, servers, Supervisor } from '@dolphinstage/embedded';

/** A real MLflow of one suite's own. */
export interface TestMlflow {
  readonly url: string;
  stop(): Promise<void>;
}

export async function startMlflow(): Promise<TestMlflow> {
  const folder = mkdtempSync(join(tmpdir(), 'retraining-mlflow-'));
  // PostgreSQL's OS user must get in.
  chmodSync(folder, 0o755);
  const postgres = servers.filter(({ name }) => name === 'postgres');
  const supervisor = new Supervisor({
    home: new Home(join(folder, 'home')),
    servers: [...postgres, mlflow()],
  });
  const stop = async () => {
    await supervisor.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await supervisor.start();
  } catch (error) {
    await stop();
    throw error;
  }
  return { url: supervisor.endpoint('mlflow').url, stop };
}
