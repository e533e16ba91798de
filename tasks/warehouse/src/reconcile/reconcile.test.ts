import { testPlatform } from '@dolphinstage/embedded';
import { addFlights, FLIGHTS_TABLE, NASTY_TEXT } from '../testing/flights';
import { flightsPath } from '../testing/flights-path';
import { createWorld, type World } from '../testing/world';

let world: World;
const path = flightsPath(() => world);

beforeEach(async () => {
  world = await createWorld(testPlatform());
  await world.mysql.query(FLIGHTS_TABLE);
});

afterEach(() => world.close());

describe('reconciliation', () => {
  beforeEach(async () => {
    await addFlights(world.mysql, 1000, index => ({ tailnum: NASTY_TEXT[index % 8] }));
    await path.extract(1);
    await path.load();
    await path.rest();
  });

  it.each([
    ['a row missing in raw', "delete from raw.flights where id = '577'", /raw missing 577/],
    [
      'a row changed in raw',
      "update raw.flights set dep_delay = '1' where id = '577'",
      /raw differs 577/,
    ],
    [
      'a row doubled in raw',
      "insert into raw.flights select * from raw.flights where id = '577'",
      /raw extra 577/,
    ],
    [
      'null instead of empty text in raw',
      "update raw.flights set tailnum = null where id = '577'",
      /raw differs 577/,
    ],
    [
      'a row missing in cleaned',
      'delete from cleaned.flights where id = 577',
      /cleaned missing 577/,
    ],
    [
      'a row changed in cleaned',
      'update cleaned.flights set distance = 1 where id = 577',
      /cleaned differs 577/,
    ],
    [
      'a row from nowhere in cleaned',
      'update cleaned.flights set id = 9999 where id = 577',
      /cleaned extra 9999/,
    ],
    [
      'a row missing in analytics',
      'delete from analytics.fact_flight where id = 577',
      /analytics missing 577/,
    ],
  ])('names %s', async (_, tamper, where) => {
    await world.db.query(tamper);
    await expect(path.reconcile()).rejects.toMatchObject({
      code: 'ROWS_LOST',
      where: expect.stringMatching(where),
    });
    const [faults] = await world.values(
      'select faults from ops.reconciliation order by id desc limit 1',
    );
    expect(faults).not.toEqual([]);
  });

  it('names the block when its messages are gone', async () => {
    await world.deleteTopic();
    await world.db.query("delete from raw.flights where id = '577'");
    await expect(path.reconcile()).rejects.toMatchObject({
      code: 'ROWS_LOST',
      where: expect.stringMatching(/raw missing \d+ to \d+ \(block \d+ of extraction \d+\)/),
    });
  });

  it('fails when the source counted more than it gave', async () => {
    await world.db.query('update ops.extraction set source_rows = source_rows + 20');
    await expect(path.reconcile()).rejects.toMatchObject({
      code: 'ROWS_LOST',
      message: expect.stringMatching(/20 rows are lost/),
    });
    expect(
      await world.values(
        'select completeness::float8 from ops.reconciliation order by id desc limit 1',
      ),
    ).toEqual([expect.closeTo(1000 / 1020, 6)]);
  });
});
