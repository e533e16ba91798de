import { cron, defineWorkflow, param, previewParams, shell, synth, type WorkflowTools } from '..';

const body = ({ task }: WorkflowTools) => void task('t', shell({ script: 'true' }));

describe('previewParams', () => {
  const model = synth([
    defineWorkflow(
      {
        id: 'orders',
        project: 'sales',
        owner: 'people',
        params: {
          day: param.date('$[yyyy-MM-dd-1]'),
          who: param.string('$[yyyy] it is'),
          full: param.boolean(false),
        },
        schedule: cron('0 0 2 * * ? *', { timeZone: 'Pacific/Kiritimati' }),
      },
      body,
    ),
    defineWorkflow(
      {
        id: 'verbatim',
        project: 'sales',
        owner: 'people',
        params: {
          business: param.verbatim('VARCHAR', '${system.biz.date} $[yyyy]'),
          plain: param.verbatim('VARCHAR', 'on ${system.biz.date}'),
          week: param.verbatim('VARCHAR', '$[YYYY-ww]'),
        },
      },
      body,
    ),
  ]);

  it('says what each parameter gives at a time, texts as they are', () => {
    const at = '2026-11-23 02:00:00';
    const rows = previewParams(model, { at });
    expect(rows[0]).toMatchObject({ project: 'sales', workflow: 'orders', at });
    expect(rows.map(row => [row.name, row.type, row.default, row.gives])).toEqual([
      ['day', 'date', '$[yyyy-MM-dd-1]', '2026-11-22'],
      ['who', 'string', '$[yyyy] it is', '$[yyyy] it is'],
      ['full', 'boolean', 'false', 'false'],
      ['business', 'VARCHAR', '${system.biz.date} $[yyyy]', '20261122 2026'],
      ['plain', 'VARCHAR', 'on ${system.biz.date}', 'on ${system.biz.date}'],
      ['week', 'VARCHAR', '$[YYYY-ww]', undefined],
    ]);
  });

  it("takes now, in the schedule's zone, where no time is given", () => {
    const before = Date.now();
    const [row] = previewParams(model);
    const ahead = Date.parse(`${row?.at.replace(' ', 'T')}+14:00`) - before;
    expect(Math.abs(ahead)).toBeLessThan(60_000);
  });

  it('refuses a bad time', () => {
    expect(() => previewParams(model, { at: 'yesterday' })).toThrow('"yesterday" is not a time');
  });
});
