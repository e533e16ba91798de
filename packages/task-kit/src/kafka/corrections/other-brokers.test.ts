import { askOtherBrokers } from './other-brokers';

interface Pool {
  brokers: Record<string, { name: string; isConnected(): boolean }>;
  findBroker(node: { nodeId: string }): Promise<unknown>;
}

const { prototype } = require('kafkajs/src/cluster/brokerPool') as {
  prototype: {
    withBroker(this: Pool, ask: (of: { nodeId: string }) => Promise<string>): Promise<string>;
  };
};

/** What of kafkajs' pool of brokers is asked here: each is there, or away, or was reached before. */
function poolOf(states: Record<string, 'there' | 'away' | 'connected'>): Pool {
  return {
    brokers: Object.fromEntries(
      Object.entries(states).map(([nodeId, state]) => [
        nodeId,
        { name: nodeId, isConnected: () => state === 'connected' },
      ]),
    ),
    async findBroker({ nodeId }) {
      if (states[nodeId] === 'away') throw new Error(`${nodeId} is away`);
      return this.brokers[nodeId];
    },
  };
}

describe('a question that any broker can answer', () => {
  beforeAll(() => askOtherBrokers());

  const ask = (pool: Pool) => prototype.withBroker.call(pool, async ({ nodeId }) => nodeId);
  const often = <T>(work: () => Promise<T>) => Promise.all(Array.from({ length: 50 }, work));

  it('goes to another one where one is away', async () => {
    const answers = await often(() => ask(poolOf({ 1: 'away', 2: 'there', 3: 'away' })));
    expect(new Set(answers)).toEqual(new Set(['2']));
  });

  it('goes first to those that have been reached', async () => {
    const answers = await often(() => ask(poolOf({ 1: 'there', 2: 'connected', 3: 'connected' })));
    expect(new Set(answers)).toEqual(new Set(['2', '3']));
  });

  it('says why where all are away', async () => {
    await expect(ask(poolOf({ 1: 'away' }))).rejects.toThrow('1 is away');
  });

  it('says that none is known, as kafkajs does', async () => {
    await expect(ask(poolOf({}))).rejects.toThrow('No brokers in the broker pool');
  });
});
