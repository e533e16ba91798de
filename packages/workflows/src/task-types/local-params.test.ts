import type { ServerLine } from '@dolphinstage/dolphinscheduler-client';
import { defineWorkflow, param, procedure, shell, sql, subWorkflow, synth, type RawTask } from '..';
import type { RawTaskBody, WorkflowModel } from '../model';
import { renderBody } from '.';
import type { RenderContext } from './task-type';

const SELECT = 'select ${many}, !{many}, ${rows}, ${n}, ${m}';

/** What a server of a line holds of a task with inputs of every kind. */
function rendered(raw: RawTask, line: ServerLine) {
  const [workflow] = synth([
    defineWorkflow(
      { id: 'x', project: 'p', owner: 'o', params: { n: param.integer(1) } },
      ({ params, task }) => {
        const first = task('first', shell({ script: 'true' }), { outputs: { rows: 'integer' } });
        const { rows } = first.out;
        task('bad', raw, {
          inputs: { many: rows, rows, n: params.n, m: params.n, five: param.integer(5) },
          outputs: { out: 'integer' },
        });
      },
    ),
  ]).workflows as [WorkflowModel];
  const task = workflow.tasks[1];
  if (!task) throw new Error('no task');
  const context = { line, workflow, task } as unknown as RenderContext;
  const { localParams, params } = renderBody(task.body as RawTaskBody, context);
  const shown = localParams.map(({ prop, direct, type, value }) =>
    [prop, direct, type, value].join(' ').trim(),
  );
  return { after: task.after, localParams: shown, params };
}

describe('local parameters', () => {
  it.each<[name: string, line: ServerLine, local: string[]]>([
    ['3.1', '3.1', ['many IN LONG ${rows}', 'n IN LONG ${n}', 'm IN LONG ${n}', 'five IN LONG 5']],
    ['3.2', '3.2', ['many IN LONG ${rows}', 'm IN LONG ${n}', 'five IN LONG 5']],
    ['3.3', '3.3', ['many IN LONG ${rows}', 'm IN LONG ${n}', 'five IN LONG 5']],
  ])('on %s no one is a circle that the server refuses', (_name, line, local) => {
    const { after, localParams, params } = rendered(shell({ script: SELECT }), line);
    expect(after).toEqual(['first']);
    expect(localParams).toEqual([...local, 'out OUT LONG']);
    expect(params).toEqual({ rawScript: SELECT });
  });

  it("write an output's own name where 3.1 binds it", () => {
    const raw = sql({ type: 'MYSQL', datasource: 'd', sql: SELECT, before: ['set @a = ${many}'] });
    const { localParams, params } = rendered(raw, '3.1');
    expect(localParams).toEqual([
      'n IN LONG ${n}',
      'm IN LONG ${n}',
      'five IN LONG 5',
      'out OUT LONG',
    ]);
    expect(params).toMatchObject({
      sql: 'select ${rows}, !{rows}, ${rows}, ${n}, ${m}',
      preStatements: ['set @a = ${rows}'],
    });
    expect(rendered(raw, '3.2').params).toMatchObject({ sql: SELECT });
  });

  it("give a procedure's output the type that its server can read", () => {
    const raw = procedure({ type: 'POSTGRESQL', datasource: 'd', call: '{call f(${out})}' });
    expect(rendered(raw, '3.1').localParams).toContain('out OUT INTEGER');
  });

  it('hand outputs on to another workflow', () => {
    const [workflow] = synth([
      defineWorkflow({ id: 'x', project: 'p', owner: 'o' }, ({ task }) => {
        const first = task('first', shell({ script: 'true' }), { outputs: { rows: 'integer' } });
        task('sub', subWorkflow({ project: 'p', workflow: 'y' }), {
          inputs: { rows: first.out.rows },
        });
      }),
    ]).workflows as [WorkflowModel];
    const task = workflow.tasks[1];
    const context = { line: '3.1', workflow, task } as unknown as RenderContext;
    expect(renderBody(task?.body as RawTaskBody, context).localParams).toEqual([
      { prop: 'rows', direct: 'IN', type: 'LONG', value: '${rows}' },
    ]);
  });
});
