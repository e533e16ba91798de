import { defineTask, openKafka } from '@dolphinstage/task-kit';
import { z } from 'zod';
import { QualityError } from '../errors';
import { replicaState } from '../ops/replica-faults';
import { checkerInput, topicsOf } from './inputs';

/** Whether somebody watches the watchers. @public */
export const checkReplicas = defineTask({
  id: 'data-quality/check-replicas',
  description: 'Fails when replicas of the stream checker are missing, lag, or close no windows.',
  input: z.object({
    ...checkerInput,
    /** The consumer groups' names begin with it. */
    group: z.string().min(1).default('data-quality'),
    /** How many replicas there have to be. */
    replicas: z.int().min(1).default(3),
    /** How many messages may wait in a group. */
    maxLag: z.int().min(0).default(1_000_000),
    /** How long after a window's end the next one may take, in seconds. */
    maxAgeSeconds: z.int().min(1).default(300),
    /** Data sets that had a window in this time, and twice its length, are expected to go on, in seconds. */
    lookBackSeconds: z.int().min(1).default(21_600),
  }),
  output: z.object({
    groups: z.array(z.object({ group: z.string(), members: z.int(), lag: z.int() })),
  }),
  async run(ctx, { kafka: connection, topicSuffix, ...limits }) {
    const kafka = await openKafka(ctx.connection(connection));
    const { groups, faults } = await replicaState(
      kafka,
      { ...limits, topics: topicsOf({ topicSuffix }) },
      Date.now(),
    );
    if (faults.length === 0) return { groups: [...groups] };
    throw new QualityError('REPLICAS_BEHIND', faults.join('; '), {
      where: limits.group,
      todo: "Look at the replicas' /readyz and logs, and start what is missing.",
    });
  },
});
