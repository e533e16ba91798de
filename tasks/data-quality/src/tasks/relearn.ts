import { connectionInput, defineTask, openKafka } from '@dolphinstage/task-kit';
import { z } from 'zod';
import { parseStreamContract } from '../contract';
import { compareBaselines } from '../history/changes';
import { readLiveBaseline } from '../history/live-baseline';
import { simulateHistory } from '../history/simulate';
import { SchemaRegistry } from '../registry/schema-registry';
import { checkerInput, contractsInput, contractsOf, topicsOf } from './inputs';

const SAMPLE = 'contracts/flight-events.json';

/** What history would teach. @public */
export const relearn = defineTask({
  id: 'data-quality/relearn',
  description:
    'Learns data sets from their history and writes what would change into ops.quality_proposal; it applies nothing.',
  input: z.object({
    ...checkerInput,
    /** The contracts of the streams; the sample stream of flights unless told. */
    contracts: contractsInput.optional(),
    /** The schema registry, for contracts whose rows name schemas. */
    registry: connectionInput('http').optional(),
    /** How far back history is read, in days. */
    days: z.number().gt(0).max(90).default(7),
  }),
  output: z.object({
    datasets: z.array(
      z.object({
        dataset: z.string(),
        windows: z.int(),
        warm: z.boolean(),
        /** How many levels would change. */
        changed: z.int(),
      }),
    ),
  }),
  async run(ctx, input) {
    const kafka = await openKafka(ctx.connection(input.kafka));
    const db = await ctx.ops();
    const contracts = input.contracts
      ? contractsOf(input.contracts)
      : [parseStreamContract(ctx.asset(SAMPLE), SAMPLE)];
    const registry = input.registry && new SchemaRegistry(ctx.connection(input.registry));
    const since = Date.now() - input.days * 86_400_000;
    const datasets = [];
    for (const contract of contracts) {
      const topic = contracts.filter(other => other.topic === contract.topic);
      const variant = { contract, contracts: topic };
      const [history] = await simulateHistory(kafka, [variant], since, registry);
      const { baseline, rows, windows } = history!;
      const live = await readLiveBaseline(kafka, contract, topicsOf(input));
      const levels = compareBaselines(live, baseline, Date.now());
      const changed = levels.filter(({ changes }) => changes).length;
      const { dataset, version } = contract;
      ctx.counters.rowsIn += rows;
      await db.query(ctx.asset('sql/propose.sql'), [
        ...[dataset, version, ctx.run.id, rows, windows.length, baseline.warm],
        ...[JSON.stringify(levels), changed],
      ]);
      ctx.counters.rowsOut += 1;
      datasets.push({ dataset, windows: windows.length, warm: baseline.warm, changed });
    }
    return { datasets };
  },
});
