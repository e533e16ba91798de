import { withAdmin } from '@dolphinstage/task-kit/kafka';
import type { Admin, Kafka } from 'kafkajs';
import { parseKept } from '../kept-contracts';
import { readTopic } from '../reading/read-topic';
import { readScores } from '../reading/told';
import type { QualityTopics } from '../topics';

/** What is expected of replicas. */
export interface ReplicaLimits {
  readonly group: string;
  readonly topics: QualityTopics;
  /** How many replicas there have to be. */
  readonly replicas: number;
  /** How many messages may wait in all partitions of a group together. */
  readonly maxLag: number;
  /** How long ago a window has to have been closed, in seconds. */
  readonly maxAgeSeconds: number;
  /** Data sets that had a window in this time, and twice its length, are expected to go on, in seconds. */
  readonly lookBackSeconds: number;
}

/** A consumer group, as the brokers see it. */
export interface GroupState {
  readonly group: string;
  readonly members: number;
  readonly lag: number;
}

export interface ReplicaState {
  readonly groups: readonly GroupState[];
  /** What is wrong, in words. */
  readonly faults: readonly string[];
}

/** Asks the brokers whether replicas live and keep up, and the scores' topic whether windows are closed. */
export async function replicaState(
  kafka: Kafka,
  limits: ReplicaLimits,
  now: number,
): Promise<ReplicaState> {
  const { group, replicas, maxLag } = limits;
  const names = [group, `${group}-judge`, `${group}-notify`];
  const groups = await withAdmin(kafka, async admin => {
    const states: GroupState[] = [];
    for (const name of names) states.push(await groupState(admin, name));
    return states;
  });
  // Without a channel nobody notifies.
  const used = groups.filter(
    state => !state.group.endsWith('-notify') || state.members > 0 || state.lag > 0,
  );
  const faults = used.flatMap(state => [
    ...(state.members < replicas
      ? [`${state.group} has ${state.members} of ${replicas} members`]
      : []),
    ...(state.lag > maxLag
      ? [`${state.group} has ${state.lag} messages to go, ${maxLag} are allowed`]
      : []),
  ]);
  return { groups: used, faults: [...faults, ...(await windowFaults(kafka, limits, now))] };
}

async function groupState(admin: Admin, group: string): Promise<GroupState> {
  const { groups } = await admin.describeGroups([group]);
  const members = groups[0]?.members.length ?? 0;
  let lag = 0;
  for (const { topic, partitions } of await admin.fetchOffsets({ groupId: group })) {
    const ends = await admin.fetchTopicOffsets(topic).catch(() => []);
    for (const { partition, offset } of partitions) {
      const end = ends.find(known => known.partition === partition);
      if (end) lag += Math.max(0, Number(end.high) - Math.max(Number(offset), Number(end.low)));
    }
  }
  return { group, members, lag };
}

/** A data set's windows, as its contract that is in force says. */
interface WindowRule {
  readonly lengthMs: number;
  /** Since when the contract is in force, in ms since 1970. */
  readonly since: number;
}

async function windowFaults(
  kafka: Kafka,
  { topics, maxAgeSeconds, lookBackSeconds }: ReplicaLimits,
  now: number,
): Promise<string[]> {
  const rules = await windowRules(kafka, topics);
  const lookBackOf = (lengthMs: number) => lookBackSeconds * 1000 + 2 * lengthMs;
  const lookBackMs = lookBackOf(Math.max(0, ...rules.map(({ lengthMs }) => lengthMs)));
  const newest = await readScores(kafka, { topics, since: now - lookBackMs, limit: 1 });
  if (newest.length === 0) {
    // Of the first window nothing can be said before it is over.
    const awaited = rules.length > 0 && rules.every(rule => now - rule.since <= rule.lengthMs);
    return awaited ? [] : [`no window was closed in the last ${lookBackMs / 1000} s`];
  }
  return newest.flatMap(({ dataset, start, end }) => {
    const length = Date.parse(end) - Date.parse(start);
    const since = now - Date.parse(end);
    // Read only since another one's windows are longer.
    if (since > lookBackOf(length)) return [];
    const age = Math.round((since - length) / 1000);
    return age > maxAgeSeconds ? [`${dataset} has had no window for ${age} s`] : [];
  });
}

/** Those of the contracts in force, which replicas keep. */
async function windowRules(
  kafka: Kafka,
  { contracts: topic }: QualityTopics,
): Promise<WindowRule[]> {
  const kept = new Map<string, WindowRule>();
  await readTopic(kafka, { topic }, ({ key, value, timestamp }) => {
    const name = String(key);
    if (!value) {
      kept.delete(name);
      return;
    }
    const contract = parseKept(value.toString(), name);
    if (!contract) return;
    kept.set(name, { lengthMs: contract.windowSeconds * 1000, since: Number(timestamp) });
  });
  return [...kept.values()];
}
