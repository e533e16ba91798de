import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import axios from 'axios';
import { Home } from '../home';
import { Supervisor } from '../supervisor';
import { servers } from '.';
import { mlflow } from './mlflow';
import { postgres } from './postgres';

// The first run on a machine installs 850 MB.
jest.setTimeout(1_200_000);

describe('mlflow', () => {
  let folder: string;
  let supervisor: Supervisor | undefined;

  /** Starts it, and gives its REST API. */
  const start = async () => {
    supervisor = new Supervisor({
      home: new Home(join(folder, 'home')),
      servers: [postgres, mlflow()],
    });
    await supervisor.start();
    const { url } = supervisor.endpoint('mlflow');
    return axios.create({ baseURL: url, proxy: false, timeout: 60_000 });
  };

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'dolphinstage-mlflow-'));
    // PostgreSQL's OS user must get in.
    chmodSync(folder, 0o755);
  });

  afterAll(async () => {
    await supervisor?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('keeps what was registered, and its artifact, over a restart', async () => {
    const first = await start();
    const made = await first.post('/api/2.0/mlflow/runs/create', { experiment_id: '0' });
    const { run_id: run, artifact_uri: artifacts } = made.data.run.info as Record<string, string>;
    expect(artifacts).toBe(`mlflow-artifacts:/0/${run}/artifacts`);
    const stored = `/api/2.0/mlflow-artifacts/artifacts/0/${run}/artifacts/note.txt`;
    await first.put(stored, 'kept');
    await first.post('/api/2.0/mlflow/registered-models/create', { name: 'churn' });
    await first.post('/api/2.0/mlflow/model-versions/create', {
      name: 'churn',
      source: artifacts,
      run_id: run,
    });
    await supervisor!.stop();
    const second = await start();
    const { data } = await second.get('/api/2.0/mlflow/model-versions/search');
    expect(data.model_versions).toEqual([
      expect.objectContaining({ name: 'churn', version: '1', run_id: run }),
    ]);
    expect((await second.get(stored)).data).toBe('kept');
  });

  it('is none of the default servers', () => {
    expect(servers.map(({ name }) => name)).not.toContain('mlflow');
  });
});
