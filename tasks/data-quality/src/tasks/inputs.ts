import { connectionInput } from '@dolphinstage/task-kit';
import { z } from 'zod';
import { parseStreamContract, type StreamContract } from '../contract';
import { TOPICS, topicsWith, type QualityTopics } from '../topics';

/** Where the checker's topics are. */
export const checkerInput = {
  kafka: connectionInput('kafka'),
  /** As the checker's own option: ends the names of its topics. */
  topicSuffix: z
    .string()
    .regex(/^[a-zA-Z0-9._-]{1,100}$/)
    .optional(),
};

export function topicsOf({ topicSuffix }: { readonly topicSuffix?: string }): QualityTopics {
  return topicSuffix === undefined ? TOPICS : topicsWith(topicSuffix);
}

/** Contracts that a workflow brings, as the checker's folder has them. */
export const contractsInput = z
  .array(
    z.record(z.string(), z.unknown()).superRefine((value, ctx) => {
      try {
        parseStreamContract(JSON.stringify(value), 'contract');
      } catch (error) {
        ctx.addIssue({ code: 'custom', message: (error as Error).message });
      }
    }),
  )
  .min(1);

export function contractsOf(contracts: z.output<typeof contractsInput>): StreamContract[] {
  return contracts.map(contract => parseStreamContract(JSON.stringify(contract), 'contract'));
}
