import { connectionInput, definePack, defineTask } from '@dolphinstage/task-kit';
import warehouse, { copyMysqlToPostgres } from '@dolphinstage/tasks-warehouse';
import { z } from 'zod';

/** Our extractor straight into COPY, as a task: the difference to the staged path is what Kafka and the ledger cost. */
const copyMysql = defineTask({
  id: 'warehouse/copy-mysql',
  description: 'Copies a MySQL table into a PostgreSQL table of the same columns.',
  input: z.object({
    from: connectionInput('mysql'),
    to: connectionInput('postgres'),
    table: z.string(),
    columns: z.array(z.string()),
  }),
  output: z.object({ rows: z.int(), bytes: z.int() }),
  run: (ctx, { from, to, table, columns }) =>
    copyMysqlToPostgres({
      from: ctx.connection(from),
      to: ctx.connection(to),
      table,
      columns,
      into: { schema: 'public', table },
    }),
});

/** The warehouse's own tasks, and the direct copy beside them. */
export default definePack({
  name: warehouse.name,
  root: warehouse.root,
  tasks: [...warehouse.tasks, copyMysql],
});
