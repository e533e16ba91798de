import { setTimeout as pause } from 'node:timers/promises';

/** What is needed here of a member of a consumer group; kafkajs' own shape. */
interface Member {
  readonly groupId: string;
  readonly cluster: {
    findGroupCoordinator(group: { groupId: string }): Promise<unknown>;
    refreshMetadata(): Promise<void>;
  };
  /** How long a fetch waits where there is nothing, in ms. */
  readonly maxWaitTime: number;
  coordinator: unknown;
  offsetManager: { coordinator: unknown } | null;
}

interface Problem {
  readonly name?: string;
  readonly type?: string;
}

interface ConsumerGroup {
  prototype: {
    heartbeat(this: Member, options: unknown): Promise<void>;
    recoverFromFetch(this: Member, problem: Problem): Promise<void>;
  };
}

const AWAY = [
  'KafkaJSConnectionError',
  'KafkaJSConnectionClosedError',
  'KafkaJSRequestTimeoutError',
];
/** The group is another broker's, or will be at once. */
const COORDINATOR_MOVES = [
  'NOT_COORDINATOR_FOR_GROUP',
  'GROUP_COORDINATOR_NOT_AVAILABLE',
  'GROUP_LOAD_IN_PROGRESS',
];
/** The partition is another broker's, or will be at once. */
const LEADER_MOVES = [
  'LEADER_NOT_AVAILABLE',
  'NOT_LEADER_FOR_PARTITION',
  'FENCED_LEADER_EPOCH',
  'UNKNOWN_LEADER_EPOCH',
];

const isOneOf = (names: readonly string[], name: string | undefined) =>
  name !== undefined && names.includes(name);

/** Members that look for their coordinator. */
const looking = new WeakSet<Member>();

async function findCoordinator(member: Member): Promise<void> {
  looking.add(member);
  try {
    const { groupId, cluster } = member;
    member.coordinator = await cluster.findGroupCoordinator({ groupId });
    if (member.offsetManager) member.offsetManager.coordinator = member.coordinator;
  } catch {
    // The next heartbeat fails too, and looks again.
  } finally {
    looking.delete(member);
  }
}

/**
 * Lets members of consumer groups stay what they are when a broker goes: the group's next coordinator knows its members and the partitions
 * that each has, so nothing has to be dealt anew. kafkajs 2.2.4 joins again when a partition's leader has moved, and looks for the coordinator
 * only when it joins: where that has died, heartbeats fail until the consumer gives up, leaves, and begins anew. And one broker that is away
 * stops what it reads of all others. Source of the behaviour: Kafka's own consumer (AbstractCoordinator, Fetcher).
 *
 * @throws TypeError where kafkajs isn't the one that this was written for.
 */
export function steadyGroups(): void {
  const { prototype } = require('kafkajs/src/consumer/consumerGroup') as ConsumerGroup;
  const { heartbeat, recoverFromFetch } = prototype;
  if (typeof heartbeat !== 'function' || typeof recoverFromFetch !== 'function') {
    throw new TypeError('kafkajs/src/consumer/consumerGroup is another one');
  }
  prototype.heartbeat = async function steadyHeartbeat(options) {
    if (looking.has(this)) return;
    try {
      await heartbeat.call(this, options);
    } catch (error) {
      const { name, type } = error as Problem;
      if (!isOneOf(AWAY, name) && !isOneOf(COORDINATOR_MOVES, type)) throw error;
      void findCoordinator(this);
    }
  };
  prototype.recoverFromFetch = async function steadyRecovery(problem) {
    if (isOneOf(LEADER_MOVES, problem.type)) {
      await this.cluster.refreshMetadata();
      await pause(this.maxWaitTime);
    } else if (problem.name === 'KafkaJSConnectionError') {
      // Who leads now was asked when the connection failed.
      await pause(this.maxWaitTime);
    } else {
      await recoverFromFetch.call(this, problem);
    }
  };
}
