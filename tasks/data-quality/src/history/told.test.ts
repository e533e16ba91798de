import { seededRandom } from '@dolphinstage/test';
import type { KafkaMessage } from 'kafkajs';
import { parseStreamContract } from '../contract';
import type { AlertData } from '../judge/alert';
import { Draws } from '../statistics/__testUtils__/streams';
import { Simulation } from './simulation';

const CARRIERS = ['AA', 'B6', 'EV', 'UA'];

interface Row {
  id: string;
  carrier?: string;
  delay: number;
  distance: number;
}

/**
 * The alerts of rows that come once a second, minute by minute, as people are told of them.
 *
 * @param change - makes a row of a minute another one.
 */
function alertsOf(
  minutes: number,
  change: (row: Row, minute: number) => void,
  quality: object = {},
): readonly AlertData[] {
  const contract = parseStreamContract(
    JSON.stringify({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      type: 'object',
      'x-dataset': 'flights',
      'x-version': 1,
      'x-key': ['id'],
      'x-quality': { window: '1m', series: ['carrier'], breaker: false, ...quality },
      properties: {
        id: { type: 'string' },
        carrier: { type: 'string' },
        delay: { type: 'number' },
        distance: { type: 'number', minimum: 0 },
      },
    }),
    'a test',
  );
  const simulation = new Simulation(contract, [contract], [0]);
  const draws = new Draws(seededRandom(1));
  for (let at = 0; at < minutes * 60; at++) {
    const row = {
      ...{ id: `f-${at}`, carrier: CARRIERS[at % 4], delay: draws.normal() },
      distance: 100 + draws.normal(),
    };
    change(row, Math.floor(at / 60));
    const message = {
      ...{ key: null, headers: {}, attributes: 0, offset: String(at) },
      timestamp: String(at * 1_000),
      value: Buffer.from(JSON.stringify(row)),
    };
    simulation.message(message as unknown as KafkaMessage, 0);
  }
  simulation.ended(0);
  return simulation.end().opened.map(({ data }) => data);
}

describe('an alert says', () => {
  it.each<[string, string, (row: Row) => void, object]>([
    ['whose all bad rows are', ' (15 rows, all of EV)', row => isOf(row, 'EV') && spoil(row), {}],
    [
      'whose most are',
      ' (18 rows, 15 of UA)',
      row => (isOf(row, 'UA') || Number(row.id.slice(2)) % 20 === 1) && spoil(row),
      {},
    ],
    ['nobody, where they are of all', ' (60 rows)', spoil, {}],
    [
      'nobody, where nobody may know',
      ' (15 rows)',
      row => isOf(row, 'EV') && spoil(row),
      { redact: ['carrier'] },
    ],
    [
      'nobody, where they do not say',
      ' (15 rows)',
      row => {
        if (!isOf(row, 'EV')) return;
        spoil(row);
        delete row.carrier;
      },
      {},
    ],
  ])('%s', (_what, words, change, quality) => {
    const [alert] = alertsOf(2, change, quality);
    expect(alert!.words).toBe(`distance must be >= 0${words}`);
  });

  it('by which rows a window stands out, those that do so most', () => {
    const alerts = alertsOf(62, (row, minute) => {
      // A few of most windows are somewhat odd, ten of the last very much.
      if (minute < 60 || Number(row.id.slice(2)) % 6 > 0) return;
      row.delay = 1_000 + Number(row.id.slice(2));
    });
    const alert = alerts.find(({ check }) => check === 'anomalies' || check === 'range')!;
    expect(alert.field).toBe('delay');
    expect(alert.examples).toHaveLength(3);
    for (const { row, origin } of alert.examples) {
      expect(row).toMatchObject({ id: `f-${origin.offset}`, delay: 1_000 + origin.offset });
    }
  });

  it.each<[string, string, (row: Row) => void, Partial<Row>]>([
    [
      'that lack what too many lack',
      'null-rate',
      row => delete row.carrier,
      { carrier: undefined },
    ],
    [
      'of a value that comes too often',
      'categories',
      row => (row.carrier = 'EV'),
      { carrier: 'EV' },
    ],
    ['of a value that is new', 'categories', row => (row.carrier = 'XX'), { carrier: 'XX' }],
  ])('what it is about by rows %s', (_what, check, change, shown) => {
    const alerts = alertsOf(
      42,
      (row, minute) => {
        if (minute >= 40 && Number(row.id.slice(2)) % 2 === 0) change(row);
      },
      { series: [] },
    );
    const alert = alerts.find(each => each.check === check)!;
    expect(alert.field).toBe('carrier');
    expect(alert.examples).toHaveLength(3);
    for (const { row, origin } of alert.examples) {
      expect({ carrier: undefined, ...row }).toMatchObject({ id: `f-${origin.offset}`, ...shown });
    }
  });

  it('by rows nothing of a field that the contract redacts', () => {
    const alerts = alertsOf(
      42,
      (row, minute) => {
        if (minute >= 40 && Number(row.id.slice(2)) % 2 === 0) row.carrier = 'XX';
      },
      { series: [], redact: ['carrier'] },
    );
    const alert = alerts.find(({ check }) => check === 'categories')!;
    expect(JSON.stringify(alert)).not.toContain('XX');
    expect(alert.examples).toEqual([]);
  });

  it('by which rows a mean has moved, where none stands out by itself', () => {
    const alerts = alertsOf(42, (row, minute) => {
      if (minute >= 40) row.delay += 1;
    });
    const alert = alerts.find(({ check }) => check === 'mean')!;
    expect(alert.field).toBe('delay');
    for (const { row } of alert.examples) expect(row!.delay).toBeGreaterThan(0);
    expect(alert.examples.length).toBeGreaterThan(0);
  });
});

function isOf(row: Row, carrier: string): boolean {
  return row.carrier === carrier;
}

function spoil(row: Row): void {
  row.distance = -1;
}
