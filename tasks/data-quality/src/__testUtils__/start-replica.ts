import { ContractFolder } from '../contract-folder';
import { Replica, type ReplicaOptions } from '../replica/replica';
import type { Streams } from './streams';

/**
 * A replica in this process, on a suite's own topics.
 *
 * @param onProblem - is told what goes wrong, and that it can't go on (`crash …`).
 */
export function startReplica(
  streams: Streams,
  onProblem: (text: string) => void,
  more: Partial<Pick<ReplicaOptions, 'name' | 'channel' | 'portal' | 'onCrash'>> = {},
): Promise<Replica> {
  return Replica.start({
    kafka: streams.kafka,
    name: 'replica-1',
    contracts: new ContractFolder(streams.folder),
    group: streams.group,
    topics: streams.topics,
    onProblem: (what, error) => onProblem(`${what} ${error ?? ''}`),
    onCrash: error => onProblem(`crash ${error}`),
    ...more,
  });
}
