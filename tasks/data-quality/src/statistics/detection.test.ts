import {
  baselineChecker,
  type Checker,
  delayOf,
  falseAlarms,
  FAULTS,
  streamsOf,
  tableOf,
  threeSigmaChecker,
} from './__testUtils__/measure';
import type { Stream } from './__testUtils__/streams';

const whole = process.env.DOLPHINSTAGE_TEST_ALL === '1';
const sizes = whole ? [200, 1000, 5000] : [1000];
const streams = whole ? 20 : 8;
const seed = Number(process.env.DOLPHINSTAGE_TEST_SEED ?? 1);
const WARM = 100;
const MOST = 10;

interface Detection {
  /** The share of streams with an alarm in the first faulty window. */
  readonly first: number;
  /** The share with one in the first ten. */
  readonly found: number;
  /** The median delay of those, in windows. */
  readonly delay: number;
}

/** Each stream's good windows teach once; each fault begins after them. */
function detect(rows: number, checkerOf: (stream: Stream) => Checker): Detection[] {
  const delays: (number | undefined)[][] = FAULTS.map(() => []);
  for (const stream of streamsOf('normal', rows, seed, streams)) {
    const taught = checkerOf(stream);
    falseAlarms(stream, taught, WARM, 0);
    FAULTS.forEach(({ fault }, at) => {
      delays[at]!.push(delayOf(fault, stream, taught.copy(), MOST));
    });
  }
  return delays.map(each => {
    const found = each.filter(delay => delay !== undefined).sort((one, other) => one - other);
    return {
      first: each.filter(delay => delay === 1).length / streams,
      found: found.length / streams,
      delay: found[Math.floor(found.length / 2)] ?? NaN,
    };
  });
}

function told({ first, found, delay }: Detection): string {
  const share = (value: number) => `${Math.round(100 * value)} %`;
  return `${share(first)} / ${share(found)} / ${Number.isNaN(delay) ? '–' : delay}`;
}

describe(`injected faults, seed ${seed}`, () => {
  const found = new Map<string, Detection>();

  beforeAll(() => {
    const columns = sizes.map(size => {
      const ours = detect(size, stream => baselineChecker(stream));
      FAULTS.forEach(({ name }, at) => found.set(`${name}, ${size}`, ours[at]!));
      return { ours, plain: detect(size, () => threeSigmaChecker()) };
    });
    const rows = FAULTS.map(({ name }, at) => [
      name,
      ...columns.flatMap(({ ours, plain }) => [told(ours[at]!), told(plain[at]!)]),
    ]);
    const head = ['fault', ...sizes.flatMap(size => [`n = ${size}`, '3 sigma'])];
    process.stdout.write(`${tableOf(head, rows)}\n`);
  }, 3_600_000);

  // Faults whose deviation at n = 1000 is at least twice what 14 checks at 1 % ask for.
  it.each(['mean + 0.3 sd', 'mean + 1 sd', 'variance × 1.5', 'volume − 30 %', 'volume − 50 %'])(
    '%s is found in its first window of 1000 rows',
    name => {
      expect(found.get(`${name}, 1000`)!.first).toBeGreaterThanOrEqual(0.85);
    },
  );

  it.each(['null rate 1 % → 3 %', '1 % of rows to a new category'])(
    '%s is found within ten windows of 1000 rows',
    name => {
      expect(found.get(`${name}, 1000`)!.found).toBeGreaterThanOrEqual(0.85);
    },
  );

  it('finds nothing in most streams that nothing happens to', () => {
    expect(found.get('nothing, 1000')!.found).toBeLessThanOrEqual(0.15);
  });
});
