import { defineTask, openKafka } from '@dolphinstage/task-kit';
import { z } from 'zod';
import type { AlertData } from '../judge/alert';
import { rollUpTopic, type RolledUp, type RollUp } from '../ops/roll-up-topic';
import { readAlertData, readScore } from '../reading/told-records';
import { checkerInput, topicsOf } from './inputs';

/** An alert of a severity that the table doesn't know would stop the roll-up for good. Rows to show aren't kept. */
function readKeepable(value: Buffer): Omit<AlertData, 'examples'> | undefined {
  const data = readAlertData(value);
  if (!data || !['warning', 'critical'].includes(data.severity)) return undefined;
  const { examples: _shown, ...rest } = data;
  return rest;
}

/** Scores and alerts from Kafka into PostgreSQL. @public */
export const rollUp = defineTask({
  id: 'data-quality/roll-up',
  description:
    'Takes the closed windows and alerts of all data sets from Kafka into ops, each once.',
  input: z.object({
    ...checkerInput,
    /** So many messages go into one transaction. */
    transactionRows: z.int().min(1).max(100_000).default(1_000),
  }),
  output: z.object({ windows: z.int(), alerts: z.int() }),
  async run(ctx, input) {
    const { scores, alerts } = topicsOf(input);
    const kafka = await openKafka(ctx.connection(input.kafka));
    const db = await ctx.ops();
    const of = async (topic: string, sql: string, rowOf: RollUp['rowOf']) =>
      rollUpTopic({
        ...{ kafka, db, topic, rowOf, transactionRows: input.transactionRows },
        ...{ counters: ctx.counters, signal: ctx.signal, log: ctx.log },
        checkpoint: await ctx.checkpoint<RolledUp>(`roll-up ${topic}`),
        insert: ctx.asset(sql),
      });
    return {
      windows: await of(scores, 'sql/roll-up-windows.sql', readScore),
      alerts: await of(alerts, 'sql/roll-up-alerts.sql', readKeepable),
    };
  },
});
