import { createClient, type ServerLine } from '@dolphinstage/dolphinscheduler-client';
import { VERSIONS } from './endpoints';
import { DolphinSchedulerDouble, TOKEN } from './server';
import { surface, type Drive } from './surface';

const LINES: readonly ServerLine[] = ['3.1', '3.2', '3.3', '3.4'];

const METHODS = Object.entries(surface).flatMap(([group, drives]) =>
  Object.keys(drives).map(method => `${group}.${method}`),
);

/** What a line can't, and must say. */
const UNSUPPORTED: Readonly<Record<ServerLine, readonly string[]>> = {
  '3.1': [
    'queues.delete',
    'workerGroups.update',
    'audit.listAll',
    'monitor.alertServers',
    ...['listAll', 'find', 'create', 'update', 'delete'].map(each => `projectParameters.${each}`),
  ],
  '3.2': ['resources.findById'],
  '3.3': ['resources.findById'],
  '3.4': ['resources.findById'],
};

/** What is asked without a login, and so isn't an endpoint of a controller. */
const OPEN = ['monitor.health', 'monitor.metrics'];

describe.each(LINES)('every request of the client to line %s', line => {
  let double: DolphinSchedulerDouble;

  beforeAll(async () => {
    double = await DolphinSchedulerDouble.start(line);
  });
  beforeEach(() => {
    double.requests.length = 0;
    double.faults.length = 0;
  });
  afterAll(() => double.stop());

  it.each(METHODS)(`is one that ${VERSIONS[line]} takes: %s`, async name => {
    const [group = '', method = ''] = name.split('.');
    const drive = (surface as Record<string, Record<string, Drive>>)[group]![method]!;
    const client = await createClient({ url: double.url, token: TOKEN });
    const outcome = await drive(client).then(
      () => 'done',
      (error: Error & { code?: string }) => error.code ?? error.message,
    );
    const unsupported = UNSUPPORTED[line].includes(name);
    expect(double.faults).toEqual([]);
    expect(outcome).toBe(unsupported ? 'CLIENT_UNSUPPORTED' : 'done');
    expect(double.requests.length > 0 || unsupported || OPEN.includes(name)).toBe(true);
  });

  it('comes from a method that is tried here', async () => {
    const client = await createClient({ url: double.url, token: TOKEN });
    expect(client.line).toBe(line);
    const methods = Object.entries(client).flatMap(([group, value]: [string, unknown]) => {
      if (typeof value === 'function') return [`client.${group}`];
      if (typeof value !== 'object' || value === null || group === 'capabilities') return [];
      return Object.keys(value).map(method => `${group}.${method}`);
    });
    expect([...METHODS].sort()).toEqual(methods.sort());
  });
});
