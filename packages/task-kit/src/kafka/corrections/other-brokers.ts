interface Broker {
  isConnected(): boolean;
}

/** The brokers that a client knows; kafkajs' own shape. */
interface BrokerPool {
  readonly brokers: Readonly<Record<string, Broker>>;
  findBroker(node: { nodeId: string }): Promise<Broker>;
}

type Ask<T> = (broker: { nodeId: string; broker: Broker }) => Promise<T>;

interface BrokerPoolClass {
  prototype: BrokerPool & { withBroker<T>(this: BrokerPool, ask: Ask<T>): Promise<T | null> };
}

/** In no order, so that no broker is asked by all; those that answered just now first. */
function inTurn(brokers: BrokerPool['brokers']): string[] {
  const nodeIds = Object.keys(brokers)
    .map(nodeId => ({ nodeId, place: Math.random() + (brokers[nodeId]!.isConnected() ? 0 : 1) }))
    .sort((a, b) => a.place - b.place);
  return nodeIds.map(({ nodeId }) => nodeId);
}

/**
 * Asks another broker what any can tell, as which one coordinates a group or a transaction, where one can't be reached. kafkajs 2.2.4 draws one
 * and waits and draws again, with each transaction three times, as long as it knows one that is away.
 *
 * @throws TypeError where kafkajs isn't the one that this was written for.
 */
export function askOtherBrokers(): void {
  const { prototype } = require('kafkajs/src/cluster/brokerPool') as BrokerPoolClass;
  const { withBroker, findBroker } = prototype;
  if (typeof withBroker !== 'function' || typeof findBroker !== 'function') {
    throw new TypeError('kafkajs/src/cluster/brokerPool is another one');
  }
  prototype.withBroker = async function withOneOfThem(ask) {
    const nodeIds = inTurn(this.brokers);
    // It says so in a way that its callers know.
    if (nodeIds.length === 0) return withBroker.call(this, ask) as ReturnType<typeof ask>;
    let problem: unknown;
    for (const nodeId of nodeIds) {
      let broker: Broker;
      try {
        broker = await this.findBroker({ nodeId });
      } catch (error) {
        problem = error;
        continue;
      }
      try {
        return await ask({ nodeId, broker });
      } catch {
        // What it said is the caller's to log; kafkajs goes on with the next one.
      }
    }
    if (problem) throw problem;
    return null;
  };
}
