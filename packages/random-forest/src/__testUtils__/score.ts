import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';

/**
 * Scores rows with onnxruntime in a process of its own: its checks of typed arrays don't hold in jest's
 * sandbox. Arguments: the rows' width and the folders, each with `model.onnx` and `rows.f32`; the answer goes
 * beside them.
 */
async function main([width = '', ...folders]: string[]): Promise<void> {
  for (const folder of folders) {
    const session = await InferenceSession.create(join(folder, 'model.onnx'));
    const bytes = readFileSync(join(folder, 'rows.f32'));
    const values = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
    const shape = [values.length / Number(width), Number(width)];
    const answer = await session.run({ features: new Tensor('float32', values, shape) });
    const listed = Object.entries(answer).map(([name, { data }]) => [
      name,
      Array.from(data as ArrayLike<unknown>, value =>
        typeof value === 'bigint' ? Number(value) : value,
      ),
    ]);
    writeFileSync(join(folder, 'node.json'), JSON.stringify(Object.fromEntries(listed)));
  }
}

void main(process.argv.slice(2));
