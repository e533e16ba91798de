import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ServerLine } from './client';
import { createClient } from './create-client';

const PROCESS = '/projects/{projectCode}/process-definition';
const WORKFLOW = '/projects/{projectCode}/workflow-definition';

/** What a server shows without a login: path → body; everything else is 404. */
let shown: Record<string, string> = {};
let server: Server;
let url: string;

beforeAll(async () => {
  server = createServer((request, response) => {
    const body = shown[(request.url ?? '').replace(/^\/dolphinscheduler/, '')];
    response.writeHead(body === undefined ? 404 : 200).end(body ?? '<html></html>');
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/dolphinscheduler`;
});
afterAll(() => new Promise(resolve => server.close(resolve)));

const document = (version: string | undefined, path: string, schedule: object = {}) => ({
  '/v3/api-docs': JSON.stringify({
    openapi: '3.0.1',
    info: { title: 'Apache DolphinScheduler Api Docs', version },
    paths: { [path]: {}, '/v2/workflow-instances': {} },
    components: { schemas: { Schedule: { properties: schedule } } },
  }),
});

describe('detectLine', () => {
  it.each<[ServerLine, string, Record<string, string>]>([
    [
      '3.1',
      'a list of groups',
      { '/swagger-resources': '[{"url":"/v3/api-docs?group=v1(current)"}]' },
    ],
    ['3.2', 'its paths', document('3.2.2', PROCESS)],
    [
      '3.2',
      'its paths, though its schema says 3.3.0 as real 3.2.2 servers do',
      document('3.3.0', PROCESS),
    ],
    ['3.3', 'its paths and version', document('3.3.2', WORKFLOW)],
    ['3.3', 'its paths alone', document('unknown', WORKFLOW)],
    ['3.4', 'its version', document('3.4.3', WORKFLOW)],
    ['3.4', 'a field of schedules', document('unknown', WORKFLOW, { missedFirePolicy: {} })],
  ])('tells line %s by %s', async (line, _, answers) => {
    shown = answers;
    const client = await createClient({ url, token: 'any-token' });
    expect(client.line).toBe(line);
  });

  it.each(['3.5.0', '4.0.1'])('refuses version %s, and says how to try it', async version => {
    shown = document(version, WORKFLOW);
    await expect(createClient({ url, token: 'any-token' })).rejects.toMatchObject({
      code: 'CLIENT_UNSUPPORTED',
      message: expect.stringContaining(version.slice(0, 3)),
      todo: expect.stringContaining("'3.4'"),
    });
  });

  it.each([
    ['shows nothing', {}],
    ['shows something else', { '/v3/api-docs': '<html>welcome</html>' }],
    ['shows another API', document('3.4.3', '/pets')],
  ])('says that the line must be given for a server that %s', async (_, answers) => {
    shown = answers as Record<string, string>;
    await expect(createClient({ url, token: 'any-token' })).rejects.toMatchObject({
      code: 'CLIENT_UNSUPPORTED',
      todo: expect.stringContaining('give the line'),
    });
  });
});
