import { startPortal, type Portal } from '../__testUtils__/backend';
import { FakeDolphinScheduler } from '../__testUtils__/fake-dolphinscheduler';

const NIGHT = { instance: 'test', project: 'sales', code: 11 };
const DAYS = { from: '2026-11-01', until: '2026-11-02', mode: 'serial' };

/** A right input of each. */
const ACTIONS = {
  'list-workflows': {},
  'get-workflow': NIGHT,
  'list-runs': NIGHT,
  'get-run': { ...NIGHT, run: 100 },
  'read-log': { ...NIGHT, run: 100, task: 1000 },
  'start-workflow': NIGHT,
  'control-run': { ...NIGHT, run: 100, verb: 'repeat' },
  'backfill-preview': { ...NIGHT, ...DAYS },
  backfill: { ...NIGHT, ...DAYS },
  'pause-schedule': NIGHT,
  'resume-schedule': NIGHT,
};

describe('actions', () => {
  let server: FakeDolphinScheduler;
  let portal: Portal;

  beforeEach(async () => {
    server = new FakeDolphinScheduler();
    portal = await startPortal([server]);
  });
  afterEach(() => portal.stop());

  it('are all there, and say which only read', async () => {
    const { body } = await portal.actions().expect(200);
    const listed = body.actions as { name: string; attributes: { readOnly: boolean } }[];
    expect(listed.map(({ name }) => name).sort()).toEqual(Object.keys(ACTIONS).sort());
    expect(listed.filter(({ attributes }) => !attributes.readOnly).map(({ name }) => name)).toEqual(
      ['start-workflow', 'control-run', 'backfill', 'pause-schedule', 'resume-schedule'],
    );
  });

  it('list what the caller owns only', async () => {
    const names = async (person: 'owner' | 'other') => {
      const { body } = await portal.act('list-workflows', {}, person).expect(200);
      return (body.output.items as { name: string }[]).map(({ name }) => name);
    };
    expect(await names('owner')).toEqual(['night']);
    expect(await names('other')).toEqual(['day']);
  });

  it('show a workflow, its runs and a run', async () => {
    const { body: workflow } = await portal.act('get-workflow', NIGHT).expect(200);
    expect(workflow.output).toMatchObject({
      id: 'night',
      allowed: expect.arrayContaining(['run']),
    });
    const { body: runs } = await portal.act('list-runs', NIGHT).expect(200);
    expect(runs.output.items).toMatchObject([{ id: 100, state: 'succeeded' }]);
    const { body: run } = await portal.act('get-run', { ...NIGHT, run: 100 }).expect(200);
    expect(run.output).toMatchObject({ id: 100, tasks: [{ id: 1000, name: 'load' }] });
  });

  it('read a log piece by piece, no line lost', async () => {
    server.log = Array.from({ length: 450 }, (_, at) => `line ${at}`);
    const lines: string[] = [];
    const pieces: number[] = [];
    let piece = { next: 0, ended: false, lines };
    while (!piece.ended) {
      const input = { ...ACTIONS['read-log'], from: piece.next };
      piece = (await portal.act('read-log', input).expect(200)).body.output;
      pieces.push(piece.lines.length);
      lines.push(...piece.lines);
    }
    expect(lines).toEqual(server.log);
    expect(pieces).toEqual([200, 200, 50]);
  });

  it.each(Object.entries(ACTIONS).filter(([name]) => name !== 'list-workflows'))(
    'refuse %s to another team, to a service and to nobody',
    async (name, input) => {
      const { body } = await portal.act(name, input, 'other').expect(403);
      expect(body.error.message).toMatch(/dolphinscheduler\.workflow\.read/);
      const service = await portal.act(name, input, 'service').expect(403);
      expect(service.body.error.message).toMatch(/takes a user/);
      await portal.act(name, input, 'nobody').expect(401);
      expect(server.runs).toHaveLength(1);
      expect(server.schedules).toEqual([{ id: 1, releaseState: 'ONLINE' }]);
    },
  );

  it('start a workflow, which is audited and announced', async () => {
    const { body } = await portal.act('start-workflow', NIGHT).expect(200);
    expect(body.output).toEqual({ run: 101 });
    expect(server.runs.map(({ id }) => id)).toEqual([100, 101]);
    expect(portal.ended).toEqual(['workflow-start succeeded: user:default/owner']);
    expect(portal.signals.publish).toHaveBeenCalledWith(
      expect.objectContaining({ message: NIGHT }),
    );
  });

  it('audit what they refuse, too', async () => {
    await portal.act('start-workflow', NIGHT, 'other').expect(403);
    expect(portal.ended).toEqual(['workflow-start failed: user:default/other']);
    expect(portal.signals.publish).not.toHaveBeenCalled();
  });

  it('pause a schedule and let it go on', async () => {
    await portal.act('pause-schedule', NIGHT).expect(200);
    expect(server.schedules).toEqual([{ id: 1, releaseState: 'OFFLINE' }]);
    await portal.act('resume-schedule', NIGHT).expect(200);
    expect(server.schedules).toEqual([{ id: 1, releaseState: 'ONLINE' }]);
  });

  it.each([
    ['start-workflow', { ...NIGHT, params: { who: { deep: 1 } } }],
    ['start-workflow', { ...NIGHT, params: { unknown: 'x' } }],
    ['start-workflow', { ...NIGHT, paramss: {} }],
    ['get-workflow', { ...NIGHT, code: 'eleven' }],
    ['get-workflow', { instance: 'test' }],
    ['control-run', { ...NIGHT, run: 100, verb: 'dance' }],
    ['read-log', { ...NIGHT, run: 100, task: 1000, lines: 1_000_000 }],
    ['backfill-preview', { ...NIGHT, ...DAYS, from: '2026-13-01' }],
  ])('refuse %s with %j', async (name, input) => {
    await portal.act(name, input).expect(400);
    expect(server.runs).toHaveLength(1);
  });
});
