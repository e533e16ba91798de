import { startMlflow, type TestMlflow } from '../__testUtils__/mlflow';
import { Mlflow, tagOf } from './client';

jest.setTimeout(1_200_000);

describe('Mlflow', () => {
  let server: TestMlflow;
  let mlflow: Mlflow;

  beforeAll(async () => {
    server = await startMlflow();
    mlflow = Mlflow.open({ kind: 'http', baseUrl: server.url });
  });
  afterAll(() => server?.stop());

  it('does everything twice as it does it once', async () => {
    const experiment = await mlflow.experiment("a model's nights");
    expect(await mlflow.experiment("a model's nights")).toBe(experiment);
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
      await mlflow.registeredModel('churn', 'who leaves');
    }
    expect(await mlflow.artifact(run, 'bundle/model.onnx')).toEqual(Buffer.of(0, 255, 10));
    expect(await mlflow.artifact(run, 'bundle/none')).toBeUndefined();
    const version = await mlflow.createVersion('churn', run, { 'dolphinstage.version': '1' });
    expect(
      (await mlflow.versions('churn')).map(each => tagOf(each, 'dolphinstage.version')),
    ).toEqual(['1']);
    expect(await mlflow.versions('nobody')).toEqual([]);
    expect(await mlflow.alias('churn', 'champion')).toBeUndefined();
    await mlflow.setAlias('churn', 'champion', undefined);
    await mlflow.setAlias('churn', 'champion', version.version);
    expect(await mlflow.alias('churn', 'champion')).toBe('1');
    await mlflow.deleteVersion('churn', version.version);
    await mlflow.deleteVersion('churn', version.version);
    expect(await mlflow.versions('churn')).toEqual([]);
  });

  it('says that it is refused, or that nobody is there', async () => {
    await expect(mlflow.log('nobody', {}, { auc: 1 }, 1)).rejects.toMatchObject({
      code: 'MLFLOW_REFUSED',
    });
    const nobody = Mlflow.open({ kind: 'http', baseUrl: 'http://127.0.0.1:1' });
    await expect(nobody.experiment('a')).rejects.toMatchObject({ code: 'MLFLOW_UNAVAILABLE' });
  });
});
