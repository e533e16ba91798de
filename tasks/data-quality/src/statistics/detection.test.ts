import { type Detection, FAULTS, tableOf } from './__testUtils__/measure';
import { measureOutside } from './__testUtils__/outside';

const whole = process.env.DOLPHINSTAGE_TEST_ALL === '1';
const sizes = whole ? [200, 1000, 5000] : [1000];
const streams = whole ? 20 : 8;
const seed = Number(process.env.DOLPHINSTAGE_TEST_SEED ?? 1);
const WARM = 100;
const MOST = 10;

function told({ first, found, delay }: Detection): string {
  const share = (value: number) => `${Math.round(100 * value)} %`;
  return `${share(first)} / ${share(found)} / ${delay ?? '–'}`;
}

describe(`injected faults, seed ${seed}`, () => {
  const found = new Map<string, Detection>();

  beforeAll(async () => {
    const columns: { ours: Detection[]; plain: Detection[] }[] = [];
    for (const rows of sizes) {
      const plan = { what: 'detection', seed, rows, streams, warm: WARM, most: MOST } as const;
      const [ours, plain] = await Promise.all([
        measureOutside<Detection[]>({ ...plan, checker: 'ours' }),
        measureOutside<Detection[]>({ ...plan, checker: 'three-sigma' }),
      ]);
      FAULTS.forEach(({ name }, at) => found.set(`${name}, ${rows}`, ours[at]!));
      columns.push({ ours, plain });
    }
    const rows = FAULTS.map(({ name }, at) => [
      name,
      ...columns.flatMap(({ ours, plain }) => [told(ours[at]!), told(plain[at]!)]),
    ]);
    const head = ['fault', ...sizes.flatMap(size => [`n = ${size}`, '3 sigma'])];
    process.stdout.write(`${tableOf(head, rows)}\n`);
  }, 1_200_000);

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
