import { addFlights, FLIGHTS_TABLE, NASTY_TEXT } from './__testUtils__/flights';
import { createWorld, refs, type World } from './__testUtils__/world';
import { analyse, clean, extractMysql, loadRaw, reconcile } from './index';

let world: World;

beforeEach(async () => {
  world = await createWorld();
  await world.mysql.query(FLIGHTS_TABLE);
});

afterEach(() => world.close());

const datasets = ['flights'];
const staging = () => ({ kafka: refs.kafka, warehouse: refs.warehouse, topic: world.topic });
const extractFlights = (instance: number) =>
  world.run(extractMysql, { from: refs.mysql, ...staging() }, instance);
const load = () => world.run(loadRaw, { ...staging(), datasets });
const rest = async () => {
  const cleaned = await world.run(clean, { warehouse: refs.warehouse, datasets });
  const analysed = await world.run(analyse, { warehouse: refs.warehouse });
  const reconciled = await world.run(reconcile, {
    kafka: refs.kafka,
    warehouse: refs.warehouse,
    datasets,
  });
  return { cleaned: cleaned.output, analysed: analysed.output, reconciled: reconciled.output };
};

/** Source and raw, row by row, as text. */
async function expectRawEqualsSource(): Promise<void> {
  const [source] = await world.mysql.query({
    sql: `select concat_ws('|', id, day, hex(coalesce(tailnum, 'null')), dep_delay, time_hour) from flights order by id`,
    rowsAsArray: true,
  });
  const raw = await world.values(
    `select concat_ws('|', id, day, upper(encode(convert_to(coalesce(tailnum, 'null'), 'UTF8'), 'hex')), dep_delay, time_hour)
     from raw.flights order by id::bigint`,
  );
  expect(raw).toEqual((source as unknown[][]).map(row => row[0]));
}

it('brings rows from MySQL to analytics and proves it', async () => {
  await addFlights(world.mysql, 3000, index =>
    index < NASTY_TEXT.length
      ? { tailnum: NASTY_TEXT[index] }
      : index === 20
        ? { tailnum: null }
        : {},
  );
  const extracted = await extractFlights(1);
  expect(extracted.output.datasets).toEqual([
    expect.objectContaining({
      dataset: 'flights',
      attempt: 1,
      sourceRows: 3000,
      rows: 3000,
      quarantined: 0,
    }),
  ]);
  expect((await load()).output.datasets).toEqual([
    expect.objectContaining({ dataset: 'flights', rows: 3000, quarantined: 0 }),
  ]);
  await expectRawEqualsSource();
  const { cleaned, reconciled } = await rest();
  expect(cleaned.datasets).toEqual([{ dataset: 'flights', changed: 3000, quarantined: 0 }]);
  expect(reconciled).toEqual({
    rows: { oracle: 0, mysql: 3000, csv: 0, api: 0, raw: 3000, cleaned: 3000, analytics: 3000 },
    quarantined: 0,
    lost: 0,
    completeness: 1,
  });
  const [flights] = await world.values('select sum(flights)::int from analytics.on_time_daily');
  expect(flights).toBe(3000);
});
