import {
  defineWorkflow,
  param,
  plan,
  previewTime,
  readRunLogs,
  shell,
  synth,
  waitForRun,
  type Workflow,
  type WorkflowError,
} from '..';
import { RUN_LIMIT_MS, startTestServer, type TestServer } from '../__testUtils__/server';
import { timeFault } from './preview';

jest.setTimeout(300_000);

/** Numbers that look random and are the same on every run. */
function seeded(seed: number): (below: number) => number {
  let state = seed;
  return below => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const PATTERNS = [
  'yyyy-MM-dd',
  'yyyyMMdd',
  'yyyy-MM-dd HH:mm:ss',
  'yyyyMMddHHmmss',
  'yyyy/M/d H:m:s',
  'yy.MM',
  "yyyy'年'MM'月'",
  "'it''s' dd",
  'yyyyy-DDD',
  'uuuu D',
  'hh:mm a',
  'KK k HH',
  'EEE, d MMM yyyy',
  'EEEE d. MMMM',
  'EEEEE MMMMM LLL',
  'QQQ Q QQ QQQQ',
  'SSS A N n',
  'G GGGG GGGGG',
  '"<>&;|%~@(){2}'.replace(/[{}]/g, ''),
];

const COUNTS = [
  '1',
  '0',
  '12',
  '-3',
  '3*4',
  '-3+6',
  '2*(3-5)',
  '7/2',
  '+5',
  '-(1+2)',
  '100',
  '1+-1',
];
const DAYS = ['1', '7', '30', '400', '1/24', '15/24/60', '2*3', '3*5/24', '1/7', '10-3', '2*5/4'];
const FUNCTIONS = ['add_months', 'month_begin', 'month_end', 'week_begin', 'week_end'];

/** What 3.1 understands, of every form. */
function expressions(seed: number, count: number): string[] {
  const below = seeded(seed);
  const pick = (list: readonly string[]) => list[below(list.length)] ?? '';
  const one = (pattern: string) => {
    switch (below(3)) {
      case 0:
        // A comma would part the format.
        return `${pick(FUNCTIONS)}(${pattern.replace(',', '')},${pick(COUNTS)})`;
      case 1:
        return `${pattern}${pick(['+', '-'])}${pick(DAYS)}`;
      default:
        return pattern;
    }
  };
  return Array.from({ length: count }, () =>
    below(6) === 0 ? `timestamp(${one('yyyyMMddHHmmss')})` : one(pick(PATTERNS)),
  );
}

const TIMES = [
  '2024-02-29 00:00:00',
  '2026-01-31 23:59:59',
  '2026-11-23 02:03:04',
  '2027-03-01 12:00:00',
];

const BAD = [
  'items',
  'add_months(yyyyMMdd)',
  'add_months(yyyyMMdd,-1',
  'week_begin(yyyy,1,2)',
  "yyyy'x",
  'HHH',
  'yyyy-MM-dd z',
  'timestamp(yyyy-MM-dd)',
  'yyyy-',
  'yyyyMMdd-1/0',
  'this_day(yyyy-MM-dd)',
  'month_first_day(yyyy-MM-dd,-1)',
  'year_week(yyyy-MM-dd)',
  'yyyy#',
];

describe('time expressions', () => {
  let server: TestServer;

  beforeAll(async () => {
    server = await startTestServer();
  });
  afterAll(() => server.stop());

  const echo = (lines: readonly string[]) =>
    shell({ script: ["cat <<'THE_END'", ...lines, 'THE_END'].join('\n') });

  async function linesOf(run: { projectCode: number; instanceId: number }): Promise<string[]> {
    const lines: string[] = [];
    await readRunLogs(server.client, run, (_task, line) => lines.push(line), { follow: true });
    return lines;
  }

  async function backfilled(workflow: Workflow, dates: readonly string[]) {
    await server.apply([workflow]);
    const code = await server.projectCode();
    const definition = await server.client.workflows.findByName(code, workflow.options.id);
    const ids = await server.client.runs.backfill(code, {
      workflowDefinitionCode: definition?.code ?? 0,
      mode: 'serial',
      dates,
    });
    return { code, first: ids[0] ?? 0, workflowCode: definition?.code ?? 0 };
  }

  it('gives what the server gives, for expressions of every form', async () => {
    const all = [...new Set(expressions(20_261_123, 600))];
    expect(all.length).toBeGreaterThan(250);
    const workflow = defineWorkflow(
      {
        id: 'times',
        project: server.project,
        owner: 'people',
        params: {
          day: param.date('$[yyyy-MM-dd-1]'),
          moment: param.datetime('$[week_begin(yyyy-MM-dd HH:mm:ss,-7)]'),
          path: param.verbatim('VARCHAR', '$[yyyy]/$[MM]/[$[dd]]'),
          business: param.verbatim('VARCHAR', '${system.biz.date}'),
        },
      },
      ({ task }) => {
        task(
          'say',
          echo([
            'zone=$[timestamp(yyyyMMddHHmmss)]',
            'day=${day}',
            'moment=${moment}',
            'path=${path}',
            'business=${business}',
            'index=$[0] $[7]',
            'escaped=$[yyyy\\MM]',
            ...all.map((expression, index) => `e${index}=$[${expression}]`),
          ]),
        );
      },
    );
    const { code, workflowCode } = await backfilled(workflow, TIMES);
    let instances: { id: number; scheduleTime?: string }[] = [];
    const deadline = Date.now() + RUN_LIMIT_MS;
    while (instances.length < TIMES.length && Date.now() < deadline) {
      instances = await server.client.runs.list(code, { workflowDefinitionCode: workflowCode });
    }
    expect(instances.map(({ scheduleTime }) => scheduleTime).sort()).toEqual([...TIMES].sort());
    for (const { id, scheduleTime: at = '' } of instances) {
      const run = { projectCode: code, instanceId: id };
      const ended = await waitForRun(server.client, run, { timeoutMs: RUN_LIMIT_MS });
      expect(ended.instance.state).toBe('SUCCESS');
      const lines = await linesOf(run);
      const given = new Map(
        lines
          .filter(line => /^\w+=/.test(line))
          .map(line => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
      );
      // Which zone the server runs in is seen by what it makes of a time.
      const offsetHours =
        (Date.parse(`${at.replace(' ', 'T')}Z`) / 1000 - Number(given.get('zone'))) / 3600;
      const timeZone = `Etc/GMT${offsetHours > 0 ? '-' : '+'}${Math.abs(offsetHours)}`;
      const previewed = (text: string) => previewTime(text, at, { line: '3.1', timeZone });
      expect(Object.fromEntries(given)).toEqual({
        zone: previewed('$[timestamp(yyyyMMddHHmmss)]'),
        day: previewed('$[yyyy-MM-dd-1]'),
        moment: previewed('$[week_begin(yyyy-MM-dd HH:mm:ss,-7)]'),
        path: previewed('$[yyyy]/$[MM]/[$[dd]]'),
        business: previewed('$[yyyyMMdd-1]'),
        index: '$[0] $[7]',
        escaped: previewed('$[yyyyMM]'),
        ...Object.fromEntries(
          all.map((expression, index) => [`e${index}`, previewed(`$[${expression}]`)]),
        ),
      });
    }
  });

  it('knows which the server fails on', async () => {
    const workflow = defineWorkflow(
      { id: 'bad-times', project: server.project, owner: 'people' },
      ({ task }) => {
        BAD.forEach((_expression, index) => task(`t${index}`, echo([`x=@${index}@`])));
      },
    );
    const faults = BAD.map(expression => timeFault(`$[${expression}]`, { line: '3.1' }));
    expect(faults.filter(fault => fault === undefined)).toEqual([]);
    await server.apply([workflow]);
    const code = await server.projectCode();
    const definition = await server.client.workflows.findByName(code, 'bad-times');
    if (!definition) throw new Error('it is not there');
    // What synth refuses is put in behind its back.
    await server.client.workflows.release(code, definition.code, 'OFFLINE');
    await server.client.workflows.update(code, definition.code, {
      ...definition,
      tasks: definition.tasks.map(task => ({
        ...task,
        taskParams: {
          ...task.taskParams,
          rawScript: String(task.taskParams.rawScript).replace(
            /@(\d+)@/,
            (_whole, index: string) => `$[${BAD[Number(index)]}]`,
          ),
        },
      })),
    });
    await server.client.workflows.release(code, definition.code, 'ONLINE');
    const [instanceId = 0] = await server.client.runs.backfill(code, {
      workflowDefinitionCode: definition.code,
      mode: 'serial',
      dates: ['2026-11-23 02:03:04'],
    });
    const run = { projectCode: code, instanceId };
    const { tasks } = await waitForRun(server.client, run, { timeoutMs: RUN_LIMIT_MS });
    expect(tasks.map(({ id, state }) => `${id} ${state}`).sort()).toEqual(
      BAD.map((_expression, index) => `t${index} FAILURE`).sort(),
    );
  });

  it('says file and line of what no server understands, and at plan of what this one does not', async () => {
    const workflow = (script: string, options: { day?: `$[${string}]` } = {}) =>
      defineWorkflow(
        {
          id: 'checked',
          project: server.project,
          owner: 'people',
          params: {
            day: param.date(options.day ?? '2026-01-01'),
            path: param.verbatim('VARCHAR', '$[yyyy]'),
          },
        },
        ({ task }) => void task('say', shell({ script })),
      );
    const problems = (bad: Workflow) => {
      try {
        synth([bad]);
      } catch (error) {
        return (error as WorkflowError).problems.map(({ code, message, at }) => [
          code,
          message,
          at?.file === __filename,
        ]);
      }
      return [];
    };
    expect(problems(workflow('echo $[items] $[0]'))).toEqual([
      ['TIME', 'script: i means nothing in "items"; a text stands in single quotes', true],
    ]);
    expect(problems(workflow('true', { day: '$[add_months(yyyy-MM-dd)]' }))).toEqual([
      ['TIME', 'parameter day: it takes a format and a number, with a comma between', true],
    ]);
    expect(problems(workflow('true', { day: '$[yyyy-MM-01]' }))).toEqual([
      ['PARAM', "parameter day: $[yyyy-MM-01] doesn't give a date", true],
    ]);
    const newer = workflow('echo $[last_day(yyyy)]', { day: '$[month_first_day(yyyy-MM-dd,-1)]' });
    expect(problems(newer)).toEqual([]);
    const planned = await plan(server.client, synth([newer]), server.options);
    expect(planned.problems.map(({ task, message }) => [task, message])).toEqual([
      [undefined, "parameter day: line 3.1 doesn't have month_first_day; 3.2 does"],
      ['say', "script: line 3.1 doesn't have last_day; 3.2 does"],
    ]);
  });
});

describe('time expressions of newer lines, and in zones with daylight saving', () => {
  const at = '2026-12-31 10:00:00';

  // By the source of 3.2.2; weeks as Java's calendar counts them when it is set as that sets it.
  it.each([
    ['this_day(yyyy-MM-dd)', '2026-12-31'],
    ['last_day(yyyy-MM-dd)', '2026-12-30'],
    ['month_first_day(yyyy-MM-dd)', '2026-12-01'],
    ['month_first_day(yyyy-MM-dd,-2)', '2026-10-01'],
    ['month_last_day(yyyy-MM-dd,2)', '2027-02-28'],
    ['week_first_day(yyyy-MM-dd)', '2026-12-28'],
    ['week_first_day(yyyy-MM-dd,-1)', '2026-12-21'],
    ['week_last_day(yyyy-MM-dd,1)', '2027-01-10'],
    ['year_week(yyyy-MM-dd)', '2026-53'],
    ['year_week(yyyyMMdd)', '202653'],
    ['year_week(yyyy-MM-dd,5)', '2026-52'],
    ['year_week(yyyy-MM-dd,4)', '2026-01'],
  ])('%s is %s', (expression, value) => {
    expect(previewTime(`$[${expression}]`, at)).toBe(value);
    expect(timeFault(`$[${expression}]`, { line: '3.1' })).toMatch(/^line 3\.1 doesn't have /);
  });

  it('counts days in hours of real time, and an hour that there is not as the next', () => {
    const oslo = (text: string, time: string) =>
      previewTime(text, time, { timeZone: 'Europe/Oslo' });
    expect(oslo('$[yyyy-MM-dd HH:mm-1]', '2026-03-30 00:30:00')).toBe('2026-03-28 23:30');
    expect(oslo('$[yyyy-MM-dd HH:mm+1]', '2026-10-24 12:00:00')).toBe('2026-10-25 11:00');
    expect(oslo('$[month_begin(yyyy-MM-dd HH:mm,28)]', '2026-03-05 02:30:00')).toBe(
      '2026-03-29 03:30',
    );
    expect(oslo('$[timestamp(yyyyMMddHHmmss)]', '2026-07-01 02:00:00')).toBe('1782864000');
  });

  it('refuses what it cannot know, and bad times', () => {
    expect(() => previewTime('$[yyyy-ww]', at)).toThrow("depends on the server's locale");
    expect(timeFault('$[yyyy-ww]')).toBeUndefined();
    expect(() => previewTime('$[yyyy]', '2026-02-30 00:00:00')).toThrow('is not a time');
  });
});
