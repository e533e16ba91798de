import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Response } from 'express';

/** Sends a log as a file. A failure on the way breaks the connection, so that nobody takes a part for the whole. */
export async function sendLog(
  response: Response,
  { run, task }: { readonly run: number; readonly task: number },
  pieces: AsyncGenerator<string, void, undefined>,
): Promise<void> {
  // Before the headers go: who may not, or asks while the server is away, gets an error and no file.
  const first = await pieces.next();
  response.set({
    'Content-Type': 'text/plain; charset=utf-8',
    'Content-Disposition': `attachment; filename="run-${run}-task-${task}.log"`,
    'X-Content-Type-Options': 'nosniff',
    // A compressor would hold pieces back.
    'Cache-Control': 'no-store, no-transform',
  });
  async function* all() {
    if (first.done) return;
    yield first.value;
    yield* pieces;
  }
  await pipeline(Readable.from(all()), response);
}
