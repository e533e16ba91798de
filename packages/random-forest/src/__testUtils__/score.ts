import { readFileSync, writeFileSync } from 'node:fs';
import { InferenceSession, Tensor } from 'onnxruntime-node';

/**
 * Scores rows with onnxruntime in a process of its own: its checks of typed arrays don't hold in jest's
 * sandbox. Arguments: the model, its rows as 32-bit floats, their width, where the answer goes.
 */
async function main([model = '', rows = '', width = '', out = '']: string[]): Promise<void> {
  const session = await InferenceSession.create(model);
  const bytes = readFileSync(rows);
  const values = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
  const shape = [values.length / Number(width), Number(width)];
  const answer = await session.run({ features: new Tensor('float32', values, shape) });
  const listed = Object.entries(answer).map(([name, { data }]) => [
    name,
    Array.from(data as ArrayLike<unknown>, value =>
      typeof value === 'bigint' ? Number(value) : value,
    ),
  ]);
  writeFileSync(out, JSON.stringify(Object.fromEntries(listed)));
}

void main(process.argv.slice(2));
