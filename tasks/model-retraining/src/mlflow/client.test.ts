import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { testPlatform } from '@dolphinstage/embedded';
import { tagOf } from './answers';
import { Mlflow } from './client';

jest.setTimeout(1_200_000);

describe('Mlflow', () => {
  const name = `client-${randomUUID().slice(0, 8)}`;
  const mlflow = Mlflow.open({ kind: 'http', baseUrl: testPlatform().mlflow.url });

  it('does everything twice as it does it once', async () => {
    const experiment = await mlflow.experiment(`${name}'s nights`);
    expect(await mlflow.experiment(`${name}'s nights`)).toBe(experiment);
    const run = await mlflow.createRun(experiment, 'first', 1_000, {
      'dolphinstage.bundle': 'abc',
    });
    const [found] = await mlflow.runsTagged(experiment, 'dolphinstage.bundle', 'abc');
    expect(found!.info.run_id).toBe(run.info.run_id);
    expect(await mlflow.runsTagged(experiment, 'dolphinstage.bundle', 'other')).toEqual([]);
    for (let time = 0; time < 2; time += 1) {
      await mlflow.log(run.info.run_id, { trees: '100' }, { auc: 0.9, never: NaN }, 2_000);
      await mlflow.putArtifact(run, 'bundle/model.onnx', Uint8Array.of(0, 255, 10));
      await mlflow.endRun(run.info.run_id, 'FINISHED', 3_000);
      await mlflow.registeredModel(name, 'who leaves');
    }
    expect(await mlflow.artifact(run, 'bundle/model.onnx')).toEqual(Buffer.of(0, 255, 10));
    expect(await mlflow.artifact(run, 'bundle/none')).toBeUndefined();
    const version = await mlflow.createVersion(name, run, { 'dolphinstage.version': '1' });
    expect((await mlflow.versions(name)).map(each => tagOf(each, 'dolphinstage.version'))).toEqual([
      '1',
    ]);
    expect(await mlflow.versions('nobody')).toEqual([]);
    expect(await mlflow.alias(name, 'champion')).toBeUndefined();
    await mlflow.setAlias(name, 'champion', undefined);
    await mlflow.setAlias(name, 'champion', version.version);
    expect(await mlflow.alias(name, 'champion')).toBe('1');
    await mlflow.deleteVersion(name, version.version);
    await mlflow.deleteVersion(name, version.version);
    expect(await mlflow.versions(name)).toEqual([]);
  });

  it("doesn't take a page of somebody else for an answer", async () => {
    const page = createServer((_request, response) => {
      response.setHeader('content-type', 'text/html');
      response.end('<h1>Log in</h1>');
    });
    await new Promise<void>(resolve => page.listen(0, '127.0.0.1', resolve));
    const { port } = page.address() as AddressInfo;
    const other = Mlflow.open({ kind: 'http', baseUrl: `http://127.0.0.1:${port}` });
    await expect(other.experiment('a')).rejects.toMatchObject({
      code: 'MLFLOW_REFUSED',
      message: "what answers doesn't answer as MLflow does",
    });
    await new Promise(resolve => page.close(resolve));
  });

  it('says that it is refused, or that nobody is there', async () => {
    await expect(mlflow.log('nobody', {}, { auc: 1 }, 1)).rejects.toMatchObject({
      code: 'MLFLOW_REFUSED',
    });
    const nobody = Mlflow.open({ kind: 'http', baseUrl: 'http://127.0.0.1:1' });
    await expect(nobody.experiment('a')).rejects.toMatchObject({ code: 'MLFLOW_UNAVAILABLE' });
  });
});
