import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { benchCase, type Bench, type BenchCase, type Measurement } from '../src/bench';
import { limit } from './mysql-postgres/limit';
import { COLUMNS, prepareSource } from './mysql-postgres/orders';
import { ours } from './mysql-postgres/ours';
import { ingestr, sling } from './mysql-postgres/rivals';
import { postgresVersion, runInto, type Way } from './mysql-postgres/target';

const RUNS = 5;

/** A million rows from MariaDB to PostgreSQL: ours, the rivals, and what the servers' own clients take. */
const bench: Bench = {
  name: 'mysql-postgres',
  servers: ['postgres', 'mariadb', 'kafka'],
  async run(context) {
    const { report, signal } = context;
    const folder = mkdtempSync(join(tmpdir(), 'bench-mysql-postgres-'));
    try {
      const source = await prepareSource(context);
      const { rows } = source.fingerprint;
      const raw = await limit(context, source);
      const rivals = [await sling(context, source), await ingestr(context, source)];
      const own = await ours(context, source, folder);
      const ways = [raw.way, own.direct, own.staged, ...rivals.map(({ way }) => way)];
      const measured = new Map<Way, Measurement[]>(ways.map(way => [way, []]));
      try {
        // Round by round, so that a busy minute of the machine hits all alike. The first one fills caches.
        for (let round = 0; round <= RUNS; round++) {
          for (const way of ways) {
            signal.throwIfAborted();
            const run = await runInto(context, way, source.fingerprint);
            report(`${round || 'warm-up'} ${way.name}: ${run.wall_s.toFixed(2)} s`);
            if (round > 0) measured.get(way)?.push(run);
          }
        }
      } finally {
        await own.close();
      }
      const caseOf = (way: Way) => benchCase(way.name, measured.get(way) ?? []);
      const limitCase = caseOf(raw.way);
      const rivalCases = rivals.map(({ way }) => caseOf(way));
      const bestRival = Math.min(...rivalCases.map(({ median_s }) => median_s));
      const compared = (one: BenchCase, isOurs: boolean): BenchCase => ({
        ...one,
        rows_per_s: Math.round(rows / one.median_s),
        ratio_to_limit: one.median_s / limitCase.median_s,
        ...(isOurs ? { ratio_to_rival: one.median_s / bestRival } : {}),
      });
      return {
        bench: 'mysql-postgres',
        configuration: {
          rows,
          columns: COLUMNS.length,
          bytes: source.bytes,
          runs: RUNS,
          mariadb: source.version,
          postgres: await postgresVersion(context),
          kafka: '4.4.0, one broker, acks=all, zstd',
          ...raw.versions,
          sling: rivals[0]?.version,
          ingestr: rivals[1]?.version,
          bundle: own.bundle,
          settings: "the embedded platform's defaults",
          goals: 'direct ≤ 1.6 × limit, staged ≤ 3 × limit, both ahead of the rivals, ≤ 256 MB',
          commands: {
            limit: raw.command,
            ...own.commands,
            ...Object.fromEntries(rivals.map(({ way, command }) => [way.name, command])),
          },
        },
        cases: [
          compared(limitCase, false),
          compared(caseOf(own.direct), true),
          compared(caseOf(own.staged), true),
          ...rivalCases.map(rival => compared(rival, false)),
        ],
      };
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

export default bench;
