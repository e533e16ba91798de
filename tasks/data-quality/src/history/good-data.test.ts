import { seededRandom } from '@dolphinstage/test';
import type { KafkaMessage } from 'kafkajs';
import { parseStreamContract } from '../contract';
import { clopperPearson } from '../statistics/__testUtils__/interval';
import { Draws } from '../statistics/__testUtils__/streams';
import { Simulation } from './simulation';

/** The rate that the contract declares. */
const DECLARED = 0.01;
/** The share of rows that the contract lets be bad, and that are. */
const BAD = 0.01;
const HOUR_MS = 3_600_000;
const WARM = 60;
const SERIES = 20;
const STATUSES = ['new', 'paid', 'sent', 'lost'];

const whole = process.env.DOLPHINSTAGE_TEST_ALL === '1';
const seed = Number(process.env.DOLPHINSTAGE_TEST_SEED ?? 1);
const plan = whole ? { streams: 6, judged: 100 } : { streams: 1, judged: 60 };

jest.setTimeout(600_000);

const FAMILIES = ['normal', 'lognormal', 'heavy tail', 'daily season'] as const;
type Family = (typeof FAMILIES)[number];

const contractOf = (family: Family) =>
  parseStreamContract(
    JSON.stringify({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      type: 'object',
      'x-dataset': 'orders',
      'x-version': 1,
      'x-key': ['id'],
      'x-quality': {
        ...{ window: '1h', series: ['who'], allowedBad: BAD, falseAlarms: DECLARED },
        season: family === 'daily season' ? 'hour-of-day' : 'none',
      },
      properties: {
        id: { type: 'string' },
        who: { type: 'string' },
        amount: { type: 'number' },
        weight: { type: 'number', minimum: -1e9 },
        status: { enum: STATUSES },
        note: { type: ['string', 'null'] },
      },
      required: ['id'],
    }),
    'a test',
  );

/** Rows of good data, some of which are bad as its contract lets them be. */
class Rows {
  private readonly draws: Draws;
  private made = 0;

  constructor(
    private readonly family: Family,
    of: number,
  ) {
    this.draws = new Draws(seededRandom(of));
  }

  windowOf(hour: number): readonly object[] {
    const tide = this.family === 'daily season' ? Math.sin((2 * Math.PI * hour) / 24) : 0;
    const rows = this.draws.poisson(500 * (1 + 0.5 * tide));
    return Array.from({ length: rows }, () => this.row(tide));
  }

  private row(tide: number): object {
    const { draws } = this;
    const who = Math.floor(draws.even() * SERIES);
    const common = this.value();
    return {
      id: `o-${this.made++}`,
      who: `s${who}`,
      amount: who + tide + common,
      weight: 10 * who + common + 0.3 * draws.normal(),
      status:
        draws.even() < BAD ? 'stolen' : STATUSES[Math.floor(draws.even() ** 2 * STATUSES.length)],
      note: draws.even() < 0.01 ? null : `n${Math.floor(draws.even() * 1e6)}`,
    };
  }

  private value(): number {
    const { draws, family } = this;
    if (family === 'lognormal') return Math.exp(draws.normal());
    if (family === 'heavy tail') return draws.student(2);
    return draws.normal();
  }
}

interface Count {
  /** Windows in which anything was found that isn't known by single rows. */
  readonly alarms: number;
  readonly windows: number;
}

/** All that the checker does with rows, from their bytes to alerts. */
function alarmsOf(family: Family, of: number): Count {
  const contract = contractOf(family);
  const simulation = new Simulation(contract, [contract], [0]);
  const rows = new Rows(family, of);
  let offset = 0;
  for (let hour = 0; hour < WARM + plan.judged + 1; hour++) {
    for (const row of rows.windowOf(hour)) {
      const message = {
        ...{ key: null, headers: {}, attributes: 0, offset: String(offset++) },
        timestamp: String(hour * HOUR_MS + (offset % 3_000)),
        value: Buffer.from(JSON.stringify(row)),
      };
      simulation.message(message as unknown as KafkaMessage, 0);
    }
  }
  simulation.ended(0);
  const { windows, opened } = simulation.end();
  const judged = windows.slice(WARM);
  const first = Date.parse(judged[0]!.start);
  const found = judged.filter(({ findings }) => findings.length > 0).map(({ start }) => start);
  // Those of series, and of the share of bad rows, stand in no window.
  const told = opened.filter(({ data }) => Date.parse(data.since) >= first);
  return {
    alarms: new Set([...found, ...told.map(({ data }) => data.since)]).size,
    windows: judged.length,
  };
}

describe(`the whole checker on good data with series and a share of bad rows, seed ${seed}${whole ? '' : ', a sample'}`, () => {
  const counts: Count[] = [];

  it.each(FAMILIES)('%s: no more windows raise an alarm than declared', family => {
    const measured = Array.from({ length: plan.streams }, (_none, n) =>
      alarmsOf(family, 1_000 * seed + 100 * FAMILIES.indexOf(family) + n),
    );
    const alarms = measured.reduce((sum, count) => sum + count.alarms, 0);
    const windows = measured.reduce((sum, count) => sum + count.windows, 0);
    counts.push({ alarms, windows });
    expect(windows).toBeGreaterThanOrEqual(plan.streams * plan.judged);
    expect(clopperPearson(alarms, windows).low).toBeLessThan(DECLARED);
  });

  it('all together: fewer than declared, in the whole run; in a sample as declared', () => {
    const alarms = counts.reduce((sum, count) => sum + count.alarms, 0);
    const windows = counts.reduce((sum, count) => sum + count.windows, 0);
    const { low, high } = clopperPearson(alarms, windows);
    console.info(
      `${alarms} of ${windows} windows: ${((100 * alarms) / windows).toFixed(2)} % (${(100 * low).toFixed(2)} % – ${(100 * high).toFixed(2)} %)`,
    );
    expect(whole ? alarms / windows : low).toBeLessThan(DECLARED);
  });
});
