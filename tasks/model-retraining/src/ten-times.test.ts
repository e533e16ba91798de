import { churnPlan, DAY, dayBefore, MODEL, passingPlan, World } from './__testUtils__/night';
import { Program } from './__testUtils__/program';
import { storyOf } from './__testUtils__/story';
import { STEPS } from './run/outcome';
import { collectedSchema, evaluatedSchema } from './steps/results';

jest.setTimeout(1_200_000);

const COPIES = 10;
/** MB that columns of 45,000 rows may take beside the heap, each a few times over. */
const MOST = 60;

describe('a night with ten times the rows', () => {
  let world: World;
  let program: Program;

  const trainer = { ...churnPlan().trainer!, trees: 10, grid: {} } as const;
  const night = async (day: string, plan: object) => {
    for (const step of STEPS) {
      const input = step === 'collect' ? { plan, day } : { model: MODEL, day };
      expect(await program.finish(step, input)).toBe('');
    }
  };

  /** What a step of the great night has handed on. */
  const resultOf = async (step: string) => {
    const sql = 'select result from models.retraining_step where step = $1 and day = $2';
    return (await world.db.query(sql, [step, DAY])).rows[0]?.result as unknown;
  };

  beforeAll(async () => {
    world = await World.create(COPIES);
    // All rows at once don't fit into such a heap. Columns of numbers lie beside it.
    const NODE_OPTIONS = '--max-old-space-size=40 --max-semi-space-size=4';
    program = await Program.create(world, { NODE_OPTIONS });
  });
  afterAll(async () => {
    await world?.close();
    program?.remove();
  });

  it('is as right, and takes memory for its columns alone', async () => {
    const { data } = churnPlan();
    // Of ten times the customers three days are as many rows as thirty are of all others' nights.
    const tenth = { trainer, data: { ...data, windowDays: 3 }, holdOutDays: 1 };
    await night(dayBefore(1), passingPlan(0, tenth));
    await night(DAY, passingPlan(1, { trainer }));

    const { told, expected } = await storyOf(world, 2);
    expect(told).toEqual(expected);
    const counted = `count(*)::int as rows, sum(calls)::int as calls,
      (count(*) filter (where cut_off >= timestamptz '${DAY} 00:00Z' - interval '7 days'))::int as held`;
    const { rows: source } = await world.db.query(`select ${counted} from (
        select cut_off, (
          select count(*) from shop.service_call s
          where s.customer_id = c.customer_id and s.at < c.cut_off
        ) as calls
        from shop.customer c
        where cut_off >= timestamptz '${DAY} 00:00Z' - interval '30 days' and cut_off < '${DAY} 00:00Z'
      ) each`);
    const { table } = collectedSchema.parse(await resultOf('collect'));
    const { rows: kept } = await world.db.query(
      `select ${counted} from (select cut_off, service_calls as calls from ${table}) each`,
    );
    expect(kept).toEqual(source);
    const { evaluation } = evaluatedSchema.parse(await resultOf('evaluate'));
    const { rows, accuracy } = evaluation.candidate;
    expect(rows).toBe(kept[0].held);
    expect(accuracy).toBeGreaterThan(0.9);
    expect(kept[0].rows).toBeGreaterThan(9 * 4_793);

    const memory = await world.db.query<{ step: string; growth: number }>(`
      select split_part(task, '/', 2) as step,
        (max(max_rss_bytes) - min(max_rss_bytes))::float8 / 1048576 as growth
      from ops.run_record group by task`);
    expect(memory.rows).toHaveLength(STEPS.length);
    expect(memory.rows.filter(({ growth }) => growth > MOST)).toEqual([]);
  });
});
