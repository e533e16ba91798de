import { startPortal, type Portal } from '../__testUtils__/backend';
import { FakeDolphinScheduler, OWNERS, row, run } from '../__testUtils__/fake-dolphinscheduler';

const SECRET = 'correct-horse.battery_staple';
const HEADER = 'x-dolphinscheduler-alert-secret';

/** As DolphinScheduler posts it: the content is JSON in a text. */
const alertOf = (...entries: object[]) => ({
  source: 'dolphinscheduler',
  content: JSON.stringify(entries),
});
const FAILED = {
  projectCode: 7,
  projectName: 'sales',
  processId: 200,
  processName: 'night',
  taskName: 'load',
  taskState: 'FAILURE',
};

describe('alerts', () => {
  let server: FakeDolphinScheduler;
  let portal: Portal;

  const start = async (more: object = {}) => {
    portal = await startPortal([server, new FakeDolphinScheduler('quiet')], {
      instances: [
        { name: 'test', baseUrl: 'http://localhost:1', alertSecret: SECRET },
        { name: 'quiet', baseUrl: 'http://localhost:2' },
      ],
      ...more,
    });
  };
  const send = (body: string | object, secret = SECRET) =>
    portal.send(`/alerts/test?secret=${secret}`).send(body);

  beforeEach(() => {
    server = new FakeDolphinScheduler();
    server.runs = [run(), run({ id: 200, state: 'FAILURE' })];
  });
  afterEach(() => portal.stop());

  it('of a failed run notify the owner of its workflow, and are announced', async () => {
    await start();
    const { body } = await send(alertOf(FAILED)).expect(200);
    // An answer without a body would be a failure to DolphinScheduler.
    expect(body).toEqual({ accepted: true });
    expect(portal.notifications.send).toHaveBeenCalledTimes(1);
    expect(portal.notifications.send).toHaveBeenCalledWith({
      recipients: { type: 'entity', entityRef: OWNERS },
      payload: {
        title: 'night has failed',
        description: 'Run 200 in project sales on test',
        link: '/dolphinscheduler/test/sales/11/runs/200',
        severity: 'high',
        topic: 'run-failed',
        scope: 'run:test/sales/11/200',
      },
    });
    expect(portal.signals.publish).toHaveBeenCalledWith(
      expect.objectContaining({ message: { instance: 'test', project: 'sales', code: 11 } }),
    );
  });

  it('are taken with the secret in a header, and with the newer name of the id', async () => {
    await start();
    await portal
      .send('/alerts/test')
      .set(HEADER, SECRET)
      .send(alertOf({ projectCode: 7, workflowInstanceId: 200 }))
      .expect(200);
    expect(portal.notifications.send).toHaveBeenCalledTimes(1);
  });

  it('notify once, however many tell of the same failure at once or later', async () => {
    await start();
    await Promise.all([send(alertOf(FAILED, FAILED)), send(alertOf(FAILED))]);
    await send(alertOf(FAILED)).expect(200);
    expect(portal.notifications.send).toHaveBeenCalledTimes(1);
  });

  it('notify again when the run has been repeated and has failed again', async () => {
    await start();
    await send(alertOf(FAILED)).expect(200);
    server.runs = [run({ id: 200, state: 'FAILURE', endTime: '2026-11-01 03:00:00' })];
    await send(alertOf(FAILED)).expect(200);
    expect(portal.notifications.send).toHaveBeenCalledTimes(2);
  });

  it('are tried again when nobody could be notified', async () => {
    await start();
    portal.notifications.send.mockRejectedValueOnce(new Error('no database'));
    await send(alertOf(FAILED)).expect(500);
    await send(alertOf(FAILED)).expect(200);
    expect(portal.notifications.send).toHaveBeenCalledTimes(2);
  });

  it.each([
    ['a run that has not failed', alertOf({ ...FAILED, processId: 100 })],
    ['a run that is not there', alertOf({ ...FAILED, processId: 300 })],
    ['a run of another project', alertOf({ ...FAILED, projectCode: 8 })],
    ['something else', alertOf({ type: 'SERVER', host: 'worker', event: 'SERVER_DOWN' })],
    ['nothing at all', {}],
    ['what is no JSON', { content: 'DolphinScheduler says hello' }],
    ['an id that is none', alertOf({ ...FAILED, processId: { $ne: 1 } })],
  ])('that are forged, of %s, notify nobody', async (_what, body) => {
    await start();
    await send(body).expect(200);
    expect(portal.notifications.send).not.toHaveBeenCalled();
    expect(portal.signals.publish).not.toHaveBeenCalled();
  });

  it('do not choose whom they notify, nor what of', async () => {
    await start();
    await send(
      alertOf({
        ...FAILED,
        owner: 'user:default/victim',
        processName: 'see http://localhost/evil',
      }),
    ).expect(200);
    const sent = JSON.stringify(portal.notifications.send.mock.calls);
    expect(sent).toContain('night has failed');
    expect(sent).not.toMatch(/victim|evil/);
  });

  it('of a workflow without an owner notify nobody, and are announced', async () => {
    server.rows = [row({ owner: undefined })];
    await start();
    await send(alertOf(FAILED)).expect(200);
    expect(portal.notifications.send).not.toHaveBeenCalled();
    expect(portal.signals.publish).toHaveBeenCalledTimes(1);
  });

  it.each([
    ['a wrong secret', `/alerts/test?secret=${SECRET}x`],
    ['no secret', '/alerts/test'],
    ['two secrets', `/alerts/test?secret=${SECRET}&secret=${SECRET}`],
    ['an instance that takes none', `/alerts/quiet?secret=${SECRET}`],
    ['an instance that takes none, and no secret', '/alerts/quiet?secret='],
    ['an unknown instance', `/alerts/nowhere?secret=${SECRET}`],
  ])('are refused for %s', async (_what, path) => {
    await start();
    await portal.send(path).send(alertOf(FAILED)).expect(401);
    expect(portal.notifications.send).not.toHaveBeenCalled();
  });

  it('are refused when they are too long, and when they are no JSON', async () => {
    await start();
    await send({ content: 'x'.repeat(65 * 1024) }).expect(413);
    await send('no json').expect(400);
    expect(portal.notifications.send).not.toHaveBeenCalled();
  });

  it('are refused when they are too many, which a wrong secret does not count for', async () => {
    await start({ limits: { alerts: 3 } });
    const codes: number[] = [];
    for (const secret of ['x', 'x', 'x', 'x', SECRET, SECRET, SECRET]) {
      codes.push((await send(alertOf(FAILED), secret)).status);
    }
    expect(codes).toEqual([401, 401, 401, 401, 200, 200, 200]);
    const { headers } = await send(alertOf(FAILED)).expect(429);
    expect(Number(headers['retry-after'])).toBeGreaterThan(0);
  });

  it('say that DolphinScheduler can not be asked', async () => {
    await start();
    server.problem = new Error('unreachable');
    await send(alertOf(FAILED)).expect(500);
    expect(portal.notifications.send).not.toHaveBeenCalled();
  });
});
