import { Ops } from '../__testUtils__/ops';
import { tidy } from './tidy';

const LIMIT_MS = 180_000;

describe('tidying', () => {
  let ops: Ops;

  beforeAll(async () => {
    ops = await Ops.create();
  }, LIMIT_MS);
  afterAll(() => ops?.close(), LIMIT_MS);

  it(
    'deletes what is older than it is to be kept, of every pack, and nothing else',
    async () => {
      await ops.db.query(`
        insert into ops.quality_window (dataset, version, starts_at, ends_at, rows, passed, parts, late, ahead, findings)
          select 'orders', 1, t, t + interval '1 minute', 1, 1, '{}', 0, 0, '[]'
          from (values (now() - interval '401 days'), (now() - interval '399 days')) as at (t);
        insert into ops.task_output (run_id, digest, output, written_at)
          values ('old', 'a', '{}', now() - interval '31 days'), ('new', 'a', '{}', now());`);
      const { output } = await ops.run(tidy, {});
      expect(output.deleted).toMatchObject({ quality_window: 1, quality_alert: 0, task_output: 1 });
      expect(await ops.rows('select run_id from ops.task_output where digest = $1', ['a'])).toEqual(
        [{ run_id: 'new' }],
      );
      expect(
        await ops.rows(
          "select dataset from ops.quality_window where starts_at > now() - interval '400 days'",
        ),
      ).toHaveLength(1);
      expect((await ops.run(tidy, {})).output.deleted).toMatchObject({ quality_window: 0 });
    },
    LIMIT_MS,
  );
});
