import { MessageQueue } from './message-queue';

const message = (offset: number, bytes = 10) => ({
  offset: BigInt(offset),
  value: Buffer.alloc(bytes),
});
const silent = () => new Error('silent');
/** Whether a promise has settled once everything that is ready has run. */
async function settled(promise: Promise<unknown>): Promise<boolean> {
  let done = false;
  promise.then(
    () => (done = true),
    () => (done = true),
  );
  await new Promise(resolve => setImmediate(resolve));
  return done;
}

it('hands on in order, and lets nobody put in more than it holds', async () => {
  const queue = new MessageQueue(20);
  await queue.put(message(1));
  const second = queue.put(message(2));
  expect(await settled(second)).toBe(false);
  expect((await queue.take(1000, silent)).offset).toBe(1n);
  expect(await settled(second)).toBe(true);
  expect((await queue.take(1000, silent)).offset).toBe(2n);
});

it('gives a message to whoever waits for one', async () => {
  const queue = new MessageQueue(20);
  const waiting = queue.take(1000, silent);
  await queue.put(message(1));
  expect((await waiting).offset).toBe(1n);
});

it('hands on what came before a failure, then the failure', async () => {
  const queue = new MessageQueue(20);
  await queue.put(message(1));
  queue.fail(new Error('first'));
  queue.fail(new Error('second'));
  expect((await queue.take(1000, silent)).offset).toBe(1n);
  await expect(queue.take(1000, silent)).rejects.toThrow('first');
});

it('says so when nothing comes', async () => {
  await expect(new MessageQueue(20).take(10, silent)).rejects.toThrow('silent');
});

it('lets go of whoever puts in when nobody takes any more', async () => {
  const queue = new MessageQueue(20);
  const waiting = queue.put(message(1, 30));
  expect(await settled(waiting)).toBe(false);
  queue.close();
  await waiting;
});
