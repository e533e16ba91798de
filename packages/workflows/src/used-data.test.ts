import { formatCommand } from './command';
import { usedData } from './used-data';

const identity = { project: 'p', workflow: 'w', task: 't', tenant: 'x' };

const packTask = (task: string, input: unknown) => ({
  taskType: 'SHELL',
  taskParams: {
    rawScript: formatCommand({
      bundle: '"$DOLPHINSTAGE_BUNDLES/shop-0123456789ab.cjs"',
      task,
      input,
      binds: [{ path: 'since', param: 'day', type: 'date' }],
      timeoutSeconds: 0,
      identity,
    }),
  },
});

describe('what tasks work on', () => {
  it('is told by their inputs, also by encoded ones', () => {
    expect(
      usedData([
        packTask('shop/load', {
          from: { connection: 'shop', kind: 'mysql' },
          to: [{ connection: 'warehouse' }],
        }),
        // A quote: such an input travels as base64url.
        packTask('shop/check', { in: { connection: 'warehouse' }, datasets: ['b', 'a'], why: "'" }),
        packTask('shop/check', { datasets: ['a', 'b'] }),
        packTask('shop/check', { dataset: 'c' }),
        packTask('shop/check', { contracts: [{ 'x-dataset': 'own' }, null, 7] }),
      ]),
    ).toEqual({
      connections: ['shop', 'warehouse'],
      datasources: [],
      packTasks: [
        { task: 'shop/load', datasets: undefined },
        { task: 'shop/check', datasets: ['a', 'b'] },
        { task: 'shop/check', datasets: ['c'] },
        { task: 'shop/check', datasets: ['own'] },
      ],
    });
  });

  it('is a data source where a type of DolphinScheduler names one', () => {
    const task = (taskType: string, taskParams: object) => ({
      taskType,
      taskParams: taskParams as Record<string, unknown>,
    });
    const { datasources } = usedData([
      task('SQL', { type: 'POSTGRESQL', datasource: 7, sql: 'select 1' }),
      task('DATAX', { dataSource: 3, dataTarget: 7 }),
      task('SQOOP', { sourceParams: JSON.stringify({ srcDatasource: 12 }) }),
      task('DATA_QUALITY', { ruleInputParameter: { src_datasource_id: '5' } }),
      task('SHELL', { rawScript: 'echo', datasource: 0 }),
    ]);
    expect(datasources).toEqual([3, 5, 7, 12]);
  });

  it.each([
    ['an address where a name belongs', { from: { connection: 'postgresql://u:p@host/db' } }],
    ['a number', { from: { connection: 7 } }],
    ['no input', null],
  ])('is nothing where there is %s', (_, input) => {
    expect(usedData([packTask('shop/load', input)]).connections).toEqual([]);
  });

  it.each([
    `exec "$DOLPHINSTAGE_NODE" "${'$('.repeat(200_000)}`,
    `exec "$DOLPHINSTAGE_NODE" "x" a/b --input '${'['.repeat(200_000)}' `,
    `exec "$DOLPHINSTAGE_NODE" "x" a/b --input '${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}' `,
    'exec "$DOLPHINSTAGE_NODE" rm -rf',
  ])('survives what somebody may have written (%#)', rawScript => {
    expect(usedData([{ taskType: 'SHELL', taskParams: { rawScript } }]).connections).toEqual([]);
  });
});
