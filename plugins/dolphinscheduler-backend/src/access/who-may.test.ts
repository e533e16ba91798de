import { startPortal, type Person, type Portal } from '../__testUtils__/backend';
import { FakeDolphinScheduler } from '../__testUtils__/fake-dolphinscheduler';
import { pathOf } from '../__testUtils__/path-of';
import { operations, type Operation } from '../openapi/operations';

const DAYS = { from: '2026-11-01', until: '2026-11-02', mode: 'serial' };
const BODIES: Readonly<Record<string, object>> = { backfill: DAYS, previewBackfill: DAYS };

/** What each takes: of a workflow, or to be signed in, or nothing. A route that is not here fails the test. */
const TAKES: Readonly<Record<string, 'read' | 'change' | 'account' | 'nothing' | 'secret'>> = {
  getHealth: 'nothing',
  getOpenApi: 'account',
  postAlert: 'secret',
  listWorkflows: 'account',
  previewSchedule: 'account',
  listConnections: 'account',
  getWorkflow: 'read',
  listVersions: 'read',
  listDrift: 'read',
  listRuns: 'read',
  getRun: 'read',
  readLog: 'read',
  downloadLog: 'read',
  startWorkflow: 'change',
  controlRun: 'change',
  backfill: 'change',
  previewBackfill: 'change',
  pauseSchedule: 'change',
  resumeSchedule: 'change',
};

const ANSWERS = {
  nothing: {
    nobody: 'admitted',
    guest: 'admitted',
    reader: 'admitted',
    owner: 'admitted',
    other: 'admitted',
    admin: 'admitted',
  },
  account: {
    nobody: 401,
    guest: 'admitted',
    reader: 'admitted',
    owner: 'admitted',
    other: 'admitted',
    admin: 'admitted',
  },
  secret: { nobody: 401, guest: 401, reader: 401, owner: 401, other: 401, admin: 401 },
  read: {
    nobody: 401,
    guest: 403,
    reader: 'admitted',
    owner: 'admitted',
    other: 403,
    admin: 'admitted',
  },
  change: {
    nobody: 401,
    guest: 403,
    reader: 403,
    owner: 'admitted',
    other: 403,
    admin: 'admitted',
  },
} as const satisfies Record<string, Partial<Record<Person, 'admitted' | 401 | 403>>>;

describe.each(operations.map(operation => [operation.id, operation] as const))(
  '%s',
  (id, { method }: Operation) => {
    const takes = TAKES[id];
    const people = Object.entries(takes ? ANSWERS[takes] : {}) as [
      Person,
      'admitted' | 401 | 403,
    ][];
    const admitted = people.filter(([, answer]) => answer === 'admitted');
    const refused = people.filter(([, answer]) => answer !== 'admitted');
    let server: FakeDolphinScheduler;
    let portal: Portal;

    beforeAll(async () => {
      server = new FakeDolphinScheduler();
      portal = await startPortal([server]);
    });
    afterAll(() => portal.stop());

    async function ask(person: Person): Promise<number> {
      const where = pathOf(id);
      const { status } = await (method === 'get'
        ? portal.get(where, person)
        : portal.post(where, BODIES[id], person));
      return status;
    }

    it('says what it takes', () => expect(takes).toBeDefined());

    // What it then does is tried on a real server; this one does not keep all that it would.
    admitted.forEach(([person]) => {
      it(`admits ${person}`, async () => {
        expect([401, 403, 429]).not.toContain(await ask(person));
      });
    });

    refused.forEach(([person, status]) => {
      it(`refuses ${person} with ${status}`, async () => {
        const before = [server.runs.length, JSON.stringify(server.schedules)];
        expect(await ask(person)).toBe(status);
        expect([server.runs.length, JSON.stringify(server.schedules)]).toEqual(before);
      });
    });
  },
);
