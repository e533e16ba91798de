import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTaskForTest } from '@dolphinstage/task-kit/testing';
import { churnPlan, DAY, MODEL, World } from './__testUtils__/night';
import { oraclePython } from './__testUtils__/python';
import { encodeRows } from '@dolphinstage/model-kit';
import { trainByCommand } from './train/command';
import { STEPS } from './run/outcome';

jest.setTimeout(1_200_000);

describe('a trainer of one’s own', () => {
  const rows = {
    columns: [{ name: 'a', kind: 'numeric', values: [1, null] }] as const,
    labels: ['yes', 'no'],
    times: [1, 2],
  };
  const train = (command: string[], limitSeconds = 60) =>
    trainByCommand(
      rows,
      'yes',
      { kind: 'command', command, limitSeconds },
      new AbortController().signal,
    );

  it('goes through the same steps, in Python, by an ONNX file', async () => {
    const world = await World.create();
    const folder = mkdtempSync(join(tmpdir(), 'retraining-trainer-'));
    try {
      const connections = join(folder, 'connections.json');
      writeFileSync(connections, JSON.stringify(world.connections), { mode: 0o600 });
      const script = join(__dirname, '__testUtils__/trainer.py');
      const plan = churnPlan({
        trainer: { kind: 'command', command: [await oraclePython(), script] },
        gates: { threshold: { metric: 'auc', above: 0.7 } },
      });
      // In processes of their own: onnxruntime's checks of typed arrays don't hold in jest's sandbox.
      const program = {
        file: join(__dirname, '__testUtils__/main.ts'),
        env: { DOLPHINSTAGE_CONNECTIONS: connections },
        limitMs: 300_000,
      };
      for (const step of STEPS) {
        const which = step === 'collect' ? { plan, day: DAY } : { model: MODEL, day: DAY };
        const input = JSON.stringify({ ...world.named, ...which });
        const task = startTaskForTest(program, [`model-retraining/${step}`, '--input', input]);
        const { code, stderr } = await task.done;
        expect(code === 0 ? '' : stderr).toBe('');
      }
      const { rows: versions } = await world.db.query('select metrics from models.version');
      expect(versions).toEqual([
        { metrics: expect.objectContaining({ 'trainer.accuracy': expect.any(Number) as number }) },
      ]);
      expect(await world.values('select outcome from models.retraining')).toEqual(['deployed']);
    } finally {
      await world.close();
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('is told what it has done wrong', async () => {
    await expect(train(['sh', '-c', 'echo no licence >&2; exit 3'])).rejects.toMatchObject({
      code: 'TRAINER_FAILED',
      message: expect.stringContaining('no licence') as string,
    });
    await expect(train(['true'])).rejects.toMatchObject({
      message: expect.stringContaining('model.onnx') as string,
    });
    await expect(train(['sleep', '60'], 0.05)).rejects.toMatchObject({ code: 'TRAINER_FAILED' });
  });

  it('sees numbers alone: a gap for a missing one, codes for categories', async () => {
    const { onnx } = await train(['cp', 'train.csv', 'model.onnx']);
    expect(onnx.toString()).toBe('f0,label\n1,1\n,0\n');
    const plan = { name: 'plan', kind: 'categorical', values: ['b', null, 'new', 'a'] } as const;
    expect([...encodeRows([plan], { plan: ['a', 'b'] })]).toEqual([1, -1, -1, 0]);
  });
});
