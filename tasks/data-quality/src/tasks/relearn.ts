import { DolphinstageError } from '@dolphinstage/common';
import { connectionInput, defineTask, openKafka } from '@dolphinstage/task-kit';
import { z } from 'zod';
import type { Kafka } from 'kafkajs';
import { parseStreamContract, type StreamContract } from '../contract';
import { compareBaselines } from '../history/changes';
import { readLiveBaseline } from '../history/live-baseline';
import { simulateHistory } from '../history/simulate';
import { SchemaRegistry } from '../registry/schema-registry';
import { parseKept, readKeptContracts } from '../kept-contracts';
import type { QualityTopics } from '../topics';
import { checkerInput, contractsInput, contractsOf, topicsOf } from './inputs';

const SAMPLE = 'contracts/flight-events.json';

/** What history would teach. @public */
export const relearn = defineTask({
  id: 'data-quality/relearn',
  description:
    'Learns data sets from their history and writes what would change into ops.quality_proposal; it applies nothing.',
  input: z.object({
    ...checkerInput,
    /** The contracts of the streams; unless told those that the checker has in force, or where it has never run the sample stream's of flights. */
    contracts: contractsInput.optional(),
    /** The schema registry, for contracts whose rows name schemas. */
    registry: connectionInput('http').optional(),
    /** How far back history is read, in days. */
    days: z.number().gt(0).max(90).default(7),
  }),
  output: z.object({
    /** Data sets that could not be learned, and why. */
    failed: z.array(z.object({ dataset: z.string(), why: z.string() })),
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
      : await inForce(kafka, topicsOf(input), () => parseStreamContract(ctx.asset(SAMPLE), SAMPLE));
    const registry = input.registry && new SchemaRegistry(ctx.connection(input.registry));
    const since = Date.now() - input.days * 86_400_000;
    const datasets = [];
    const failed = [];
    let last: DolphinstageError | undefined;
    for (const contract of newestOf(contracts)) {
      try {
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
      } catch (error) {
        // One that can't be read doesn't keep the others from being looked at.
        if (!(error instanceof DolphinstageError)) throw error;
        ctx.log.warn(`${contract.dataset} is left out: ${error.message}`);
        failed.push({ dataset: contract.dataset, why: error.message });
        last = error;
      }
    }
    if (last && datasets.length === 0) throw last;
    return { datasets, failed };
  },
});

/** What the checker checks by: whatever was watched since this workflow was written, too. */
async function inForce(
  kafka: Kafka,
  topics: QualityTopics,
  sample: () => StreamContract,
): Promise<readonly StreamContract[]> {
  const kept = await readKeptContracts(kafka, topics);
  const contracts = [...kept].flatMap(([name, text]) => parseKept(text, name) ?? []);
  return contracts.length > 0 ? contracts : [sample()];
}

/** Of each data set. */
function newestOf(contracts: readonly StreamContract[]): readonly StreamContract[] {
  const newest = new Map<string, StreamContract>();
  for (const contract of contracts) {
    const known = newest.get(contract.dataset);
    if (!known || contract.version > known.version) newest.set(contract.dataset, contract);
  }
  return [...newest.values()];
}
