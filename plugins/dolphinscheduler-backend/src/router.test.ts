import { startPortal, type Portal } from './__testUtils__/backend';
import { FakeDolphinScheduler, OTHERS, row, run } from './__testUtils__/fake-dolphinscheduler';

const NIGHT = '/workflows/test/sales/11';
const LOG = `${NIGHT}/runs/100/tasks/1000/log`;

describe('the routes', () => {
  let server: FakeDolphinScheduler;
  let portal: Portal;

  beforeEach(async () => {
    server = new FakeDolphinScheduler();
    portal = await startPortal([server, new FakeDolphinScheduler('other')], {
      limits: { changes: 3 },
      instances: [
        { name: 'test', connections: [{ name: 'shop', kind: 'mysql' }, { name: 'warehouse' }] },
      ],
    });
  });
  afterEach(() => portal.stop());

  it('tell anybody whether the instances answer, and nothing else', async () => {
    const { body } = await portal.get('/health', 'nobody').expect(200);
    expect(body).toEqual({
      instances: [
        { name: 'test', reachable: true },
        { name: 'other', reachable: true },
      ],
    });
    await portal.get('/workflows', 'nobody').expect(401);
  });

  it('tell that an instance does not answer, without saying why', async () => {
    server.problem = new Error('http://secret.example:12345 refused the token');
    const { body } = await portal.get('/health', 'nobody').expect(200);
    expect(body.instances).toEqual([
      { name: 'test', reachable: false },
      { name: 'other', reachable: true },
    ]);
  });

  it('ask DolphinScheduler once, however many ask for its health', async () => {
    await Promise.all(Array.from({ length: 20 }, () => portal.get('/health', 'nobody')));
    await portal.get('/health', 'nobody').expect(200);
    expect(server.looks).toBe(1);
  });

  it('tell what connections there are: those configured, and those of workflows that one may see', async () => {
    const used = { datasources: [], packTasks: [] };
    server.rows = [
      row({ data: { ...used, connections: ['shop', 'staging'], datasourceNames: ['reports'] } }),
      row({
        ...{ code: 12, owner: OTHERS },
        data: { ...used, connections: ['payroll'], datasourceNames: ['wages'] },
      }),
    ];
    const { body } = await portal.get('/connections?instance=test').expect(200);
    expect(body).toEqual({
      connections: [{ name: 'shop', kind: 'mysql' }, { name: 'staging' }, { name: 'warehouse' }],
      datasources: [{ name: 'reports' }],
    });
    server.problem = new Error('away');
    const away = await portal.get('/connections?instance=test').expect(200);
    expect(away.body.connections).toEqual([{ name: 'shop', kind: 'mysql' }, { name: 'warehouse' }]);
    expect((await portal.get('/connections?instance=other').expect(200)).body).toMatchObject({
      connections: [],
    });
    await portal.get('/connections?instance=none').expect(404);
    await portal.get('/connections').expect(400);
  });

  it('tell when a schedule would fire next, and what is wrong with one', async () => {
    const preview = (cron: string, timeZone = 'UTC') =>
      portal.get(`/schedule/preview?${new URLSearchParams({ cron, timeZone })}`);
    const { body } = await preview('0 0 6 1 1 ? *', 'Europe/Oslo').expect(200);
    expect(body.times).toHaveLength(5);
    expect(body.times.every((time: string) => time.endsWith('-01-01T05:00:00.000Z'))).toBe(true);
    expect((await preview('0 0 6 30 2 ? *').expect(200)).body.times).toEqual([]);
    for (const [cron, zone, message] of [
      ['0 0 6 * * *', 'UTC', /day of week must be/],
      ['0 0/0 6 * * ? *', 'UTC', /minute/],
      ['0 0 6 * * ? *', 'Europe/Atlantis', /no time zone Europe/],
      ['', 'UTC', /cron/],
    ] as const) {
      const { body: refused } = await preview(cron, zone).expect(400);
      expect(refused.error.message).toMatch(message);
    }
    const path = '/schedule/preview?cron=0+0+6+*+*+%3F+*&timeZone=UTC';
    await portal.get(path, 'nobody').expect(401);
  });

  it("say when a schedule fires next by its own clock, not by the servers'", async () => {
    const schedule = { cron: '0 30 7 * * ? *', timeZone: 'Asia/Kolkata', active: true };
    server.rows = [row({ schedule })];
    const { body } = await portal.get(NIGHT).expect(200);
    expect(body.schedule.next).toHaveLength(5);
    for (const time of body.schedule.next) expect(time).toMatch(/T02:00:00\.000Z$/);
  });

  it('list runs in one state, newest first', async () => {
    server.runs = [
      run({ id: 104, state: 'STOP' }),
      run({ id: 103, workflowDefinitionCode: 12, state: 'KILL' }),
      run({ id: 102 }),
      run({ id: 101, state: 'KILL' }),
      run({ id: 100, state: 'KILL' }),
    ];
    const ids = async (query: string) => {
      const { body } = await portal.get(`${NIGHT}/runs?${query}`).expect(200);
      return (body.items as { id: number }[]).map(({ id }) => id);
    };
    expect(await ids('')).toEqual([104, 102, 101, 100]);
    expect(await ids('state=stopped')).toEqual([104, 101, 100]);
    expect(await ids('state=stopped&limit=2')).toEqual([104, 101]);
    await portal.get(`${NIGHT}/runs?state=odd`).expect(400);
  });

  it('answer a log in pieces of bounded length and lines, of which none is lost', async () => {
    server.log = Array.from({ length: 12_001 }, (_, at) => `line ${at}`);
    server.log[3] = 'x'.repeat(20_000);
    const lines: string[] = [];
    const pieces: number[] = [];
    for (let from = 0, ended = false; !ended;) {
      const { body } = await portal.get(`${LOG}?from=${from}`).expect(200);
      pieces.push(body.lines.length);
      lines.push(...body.lines);
      ({ next: from, ended } = body);
    }
    expect(pieces).toEqual([5_000, 5_000, 2_001]);
    expect(lines[3]).toHaveLength(10_000);
    expect(lines.toSpliced(3, 1)).toEqual(server.log.toSpliced(3, 1));
    await portal.get(`${LOG}?limit=5001`).expect(400);
    const { body: few } = await portal.get(`${LOG}?from=12000&limit=10`).expect(200);
    expect(few).toEqual({ lines: ['line 12000'], next: 12_001, ended: true });
    const { body: last } = await portal.get(`${LOG}?last=2`).expect(200);
    expect(last).toEqual({
      from: 11_999,
      lines: ['line 11999', 'line 12000'],
      next: 12_001,
      ended: true,
    });
    await portal.get(`${LOG}?last=1001`).expect(400);
  });

  it('take so many changes of each user a minute, whichever way they come', async () => {
    await portal.post(`${NIGHT}/schedule/pause`).expect(204);
    await portal.post(`${NIGHT}/schedule/pause`).expect(204);
    const input = { instance: 'test', project: 'sales', code: 11 };
    await portal.act('resume-schedule', input).expect(200);
    const refused = await portal.post(`${NIGHT}/schedule/pause`).expect(429);
    expect(refused.body.error.message).toMatch(/at most 3 a minute/);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    await portal.act('pause-schedule', input).expect(429);
    expect(server.schedules).toEqual([{ id: 1, releaseState: 'ONLINE' }]);
    const theirs = '/workflows/test/sales/12/schedule/pause';
    await portal.post(theirs, {}, 'other').expect(204);
    await portal.get(NIGHT).expect(200);
  });

  it('decide about workflows that are there, where another has gone', async () => {
    const conditions = {
      rule: 'IS_OWNED_BY',
      resourceType: 'dolphinscheduler-workflow',
      params: { values: ['group:default/night-shift'] },
    };
    const ask = (id: string, resourceRef: string) => ({
      id,
      resourceRef,
      resourceType: conditions.resourceType,
      conditions,
    });
    const { body } = await portal
      .decide([
        ask('mine', 'test/sales/11'),
        ask('theirs', 'test/sales/12'),
        ask('gone', 'test/sales/13'),
        ask('nowhere', 'nowhere/sales/11'),
        ask('nonsense', '%'),
      ])
      .expect(200);
    expect(body.items).toEqual([
      { id: 'mine', result: 'ALLOW' },
      { id: 'theirs', result: 'DENY' },
      { id: 'gone', result: 'DENY' },
      { id: 'nowhere', result: 'DENY' },
      { id: 'nonsense', result: 'DENY' },
    ]);
  });
});
