import { createHash } from 'node:crypto';
import type { Assigner, GroupMember, PartitionAssigner } from 'kafkajs';

const NAME = 'dolphinstage-together';
const VERSION = 1;

/**
 * Who gets which partitions: partition i of every topic goes to the same member, since one keeps the state of the other.
 * Each partition goes to the member that it likes best (highest random weight) and that has room, so that one member's death
 * moves few partitions beside its own. Thaler, Ravishankar 1998: A name-based mapping scheme for rendezvous.
 */
export function assignTogether(
  members: readonly { readonly id: string; readonly name: string }[],
  partitions: readonly number[],
): ReadonlyMap<string, readonly number[]> {
  const room = Math.ceil(partitions.length / Math.max(1, members.length));
  const assigned = new Map<string, number[]>(members.map(({ id }) => [id, []]));
  for (const partition of partitions) {
    const best = [...members]
      .filter(({ id }) => assigned.get(id)!.length < room)
      .sort((a, b) => weight(b.name, partition) - weight(a.name, partition))[0];
    if (best) assigned.get(best.id)!.push(partition);
  }
  return assigned;
}

function weight(name: string, partition: number): number {
  return createHash('sha256').update(`${name}/${partition}`).digest().readUInt32BE(0);
}

/** What a member has said of itself when it joined. */
export interface MemberFacts {
  /** Its replica's. */
  readonly name: string;
  /** Which it reads, those that keep state included. */
  readonly topics: readonly string[];
}

/** undefined where the group doesn't say, as while it is dealt anew. */
export function memberFacts({
  memberMetadata,
}: Pick<GroupMember, 'memberMetadata'>): MemberFacts | undefined {
  if (memberMetadata.length === 0) return undefined;
  const { AssignerProtocol } = require('kafkajs') as typeof import('kafkajs');
  const said = AssignerProtocol.MemberMetadata.decode(memberMetadata);
  const name = said?.userData.toString();
  return said && name ? { name, topics: said.topics } : undefined;
}

/**
 * As kafkajs wants it.
 *
 * @param name - the replica's own, stable across its restarts.
 */
export function togetherAssigner(name: string): PartitionAssigner {
  const { AssignerProtocol } = require('kafkajs') as typeof import('kafkajs');
  return ({ cluster }): Assigner => ({
    name: NAME,
    version: VERSION,
    async assign({ members, topics }) {
      const known = members.map(member => ({
        id: member.memberId,
        name: memberFacts(member)?.name ?? member.memberId,
      }));
      const partitions = [
        ...new Set(
          topics.flatMap(topic =>
            cluster.findTopicPartitionMetadata(topic).map(({ partitionId }) => partitionId),
          ),
        ),
      ].sort((a, b) => a - b);
      return [...assignTogether(known, partitions)].map(([memberId, mine]) => ({
        memberId,
        memberAssignment: AssignerProtocol.MemberAssignment.encode({
          version: VERSION,
          assignment: Object.fromEntries(
            topics.map(topic => {
              const there = new Set(
                cluster.findTopicPartitionMetadata(topic).map(({ partitionId }) => partitionId),
              );
              return [topic, mine.filter(partition => there.has(partition))];
            }),
          ),
          userData: Buffer.alloc(0),
        }),
      }));
    },
    protocol: ({ topics }) => ({
      name: NAME,
      metadata: AssignerProtocol.MemberMetadata.encode({
        version: VERSION,
        topics,
        userData: Buffer.from(name),
      }),
    }),
  });
}
