import { createProducer } from '@dolphinstage/task-kit/kafka';
import type { Kafka } from 'kafkajs';
import { z } from 'zod';
import { partitionOf } from '../check/dataset-partition';
import { readRecord } from '../reading/record';
import type { Check } from '../statistics/finding';
import { DATASET_PARTITIONS, TOPICS, type QualityTopics } from '../topics';

/** The key of a record of `quality-windows` that a person has sent; those of partitions have a `/`. */
export const COMMAND_KEY = 'command';

/** Those whose levels the judge keeps; series have theirs where their rows are read. */
const CHECKS = [
  'null-rate',
  'distinct',
  'range',
  'categories',
  'distribution',
  'mean',
  'volume',
  'anomalies',
] as const satisfies readonly Check[];

const common = { dataset: z.string(), by: z.string(), at: z.number() };
const commandSchema = z.discriminatedUnion('command', [
  z.object({ ...common, command: z.literal('learned'), baseline: z.base64() }),
  z.object({ ...common, command: z.literal('freeze') }),
  z.object({ ...common, command: z.literal('thaw') }),
  z.object({
    ...common,
    command: z.literal('accept'),
    check: z.enum(CHECKS),
    field: z.string().optional(),
  }),
]);

/**
 * What a person tells a data set's judge: `learned` gives it another baseline, `freeze` keeps it from learning, `thaw` lets it learn
 * again, `accept` says that the level a check finds fault with is the new one.
 *
 * @public
 */
export type JudgeCommand = z.output<typeof commandSchema>;

/** Reads a command; undefined where it is none: a judge must not stumble over it again and again. */
export function parseCommand(value: Buffer): JudgeCommand | undefined {
  return readRecord<JudgeCommand>(value, commandSchema);
}

/** A check whose level a person can take for the new one. @public */
export type AcceptedCheck = (typeof CHECKS)[number];

/** Whether a text is a check that can be accepted. @public */
export function isCheck(text: string): text is AcceptedCheck {
  return (CHECKS as readonly string[]).includes(text);
}

/**
 * Tells a data set's judge. It comes by the judge's own partition of `quality-windows`, in order with what is counted, so that
 * whichever replica judges obeys once.
 *
 * @public
 */
export async function sendCommand(
  kafka: Kafka,
  command: JudgeCommand,
  topics: QualityTopics = TOPICS,
): Promise<void> {
  const producer = createProducer(kafka, { allowAutoTopicCreation: false });
  await producer.connect();
  try {
    await producer.send({
      topic: topics.windows,
      acks: -1,
      messages: [
        {
          partition: partitionOf(command.dataset, DATASET_PARTITIONS),
          key: COMMAND_KEY,
          value: JSON.stringify(commandSchema.parse(command)),
        },
      ],
    });
  } finally {
    await producer.disconnect();
  }
}
