import { GOOD_CRONS } from '../__testUtils__/crons';
import { startTestServer, type TestServer } from '../__testUtils__/server';
import { formatClock, parseClock } from './clock';
import { quartzTimes } from './quartz-times';

jest.setTimeout(120_000);

const FROM = '2030-01-31 13:14:15';
const UNTIL = '2099-12-31 23:59:59';
/** So many does the server preview. */
const PREVIEWED = 5;

/** Of every form, the same on every run. */
function someCrons(count: number): string[] {
  let state = 20_261_127;
  const pick = (list: readonly string[]) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return list[Math.floor((state / 2 ** 32) * list.length)] ?? '';
  };
  return Array.from({ length: count }, () => {
    const time = [
      pick(['0', '30', '0/20', '5,55']),
      pick(['0', '*', '0/7', '10-20', '10-20/5', '3,59']),
      pick(['2', '*', '8-18', '0/6', '22,23', '*/5']),
    ];
    const month = pick(['*', '2', 'FEB,NOV', '1/3', '6-8']);
    const days =
      pick(['month', 'week']) === 'month'
        ? [
            pick(['*', '1', '31', '29-31', '1/10', 'L', 'LW', 'L-2', '15W', '1W', '31W']),
            month,
            '?',
          ]
        : [
            '?',
            month,
            pick(['*', '1', 'MON-FRI', 'SAT,SUN', '6L', 'TUEL', '2#1', 'FRI#5', 'L', '2/2']),
          ];
    return [...time, ...days, ...pick(['', '*', '2031-2040', '2032']).split(' ')].join(' ').trim();
  });
}

describe('quartzTimes', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer();
    await server.client.projects.create({ name: server.project, description: '' });
  });
  afterAll(() => server.stop());

  it('gives the times that the server gives', async () => {
    const project = await server.projectCode();
    const differing: { cron: string; ours: string[]; servers: string[] }[] = [];
    let whole = 0;
    const crons = [...GOOD_CRONS, ...someCrons(150)];
    for (const cron of crons) {
      const servers = await server.client.schedules.preview(project, {
        crontab: cron,
        timezoneId: 'UTC',
        startTime: FROM,
        endTime: UNTIL,
      });
      if (servers.length === PREVIEWED) whole++;
      const ours: string[] = [];
      // The server's begin doesn't count itself.
      const begin = (parseClock(FROM) ?? 0) + 1000;
      for (const at of quartzTimes(cron, begin, parseClock(UNTIL) ?? 0)) {
        ours.push(formatClock(at));
        if (ours.length === PREVIEWED) break;
      }
      if (ours.join() !== servers.join()) differing.push({ cron, ours, servers });
    }
    expect(differing).toEqual([]);
    expect(whole).toBeGreaterThan(140);
  });
});
