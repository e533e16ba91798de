/*
 * CPU per row of the statistics alone, by hand:
 *
 *     node --import tsx test/bench/quality/statistics-cpu.ts
 */
import { RowAnomalies, WindowSummary, type StreamContract } from '@dolphinstage/tasks-data-quality';
import { seededRandom } from '../../src/random';

const ROWS = 50_000;
const ROUNDS = 6;

const contract: StreamContract = {
  dataset: 'orders',
  version: 1,
  topic: 'incoming-data',
  schema: {},
  fields: [
    { name: 'id', kind: 'text' },
    { name: 'amount', kind: 'number' },
    { name: 'latitude', kind: 'number' },
    { name: 'quantity', kind: 'number' },
    { name: 'country', kind: 'category' },
    { name: 'active', kind: 'boolean' },
    { name: 'at', kind: 'time' },
    { name: 'note', kind: 'text' },
  ],
  series: ['country'],
  windowSeconds: 60,
  falseAlarms: 0.01,
  allowedBad: 0,
  season: 'none',
  redact: [],
};

const random = seededRandom(1);
const countries = ['de', 'fr', 'us', 'gb', 'it'];
// Parsed, as they come from a topic: strings of their own, not shared literals.
const rows = Array.from({ length: ROWS }, (_, at) =>
  JSON.parse(
    JSON.stringify({
      id: `ord-${Math.floor(random() * 1e12).toString(36)}`,
      amount: Math.exp(3 + 3 * random()),
      latitude: 180 * random() - 90,
      quantity: Math.floor(10 * random()),
      country: countries[Math.floor(5 * random())],
      active: random() > 0.5,
      at: new Date(1.7e12 + 1000 * at).toISOString(),
      note: random() > 0.9 ? null : `a note ${Math.floor(1000 * random())}`,
    }),
  ),
) as Record<string, unknown>[];

const anomalies = new RowAnomalies(contract);
for (let round = 1; round <= ROUNDS; round++) {
  const summary = new WindowSummary(contract.fields);
  const summing = perRow(row => summary.add(row));
  const scoring = perRow((row, at) => anomalies.score(row, row.country as string, 1000 * at));
  const bytes = summary.encode().length;
  process.stdout.write(
    `round ${round}: WindowSummary.add ${summing} ns, RowAnomalies.score ${scoring} ns of CPU a row; a summary has ${bytes} bytes\n`,
  );
}

function perRow(work: (row: Record<string, unknown>, at: number) => void): number {
  const before = process.cpuUsage();
  rows.forEach(work);
  return Math.round((1000 * process.cpuUsage(before).user) / ROWS);
}
