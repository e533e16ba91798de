import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { slackChannel } from './slack-channel';

describe('Slack that has had enough', () => {
  let server: Server;
  let header: string | undefined;

  beforeAll(async () => {
    server = createServer((_request, response) => {
      response.writeHead(429, header === undefined ? {} : { 'Retry-After': header });
      response.end('rate_limited');
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterAll(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });

  it.each([
    ['30', { retryMs: 30_000 }],
    // More than a timer can hold would be no time at all.
    ['99999999', { retryMs: 3_600_000 }],
    ['soon', {}],
    ['-1', {}],
    [undefined, {}],
  ])('says when it may be asked again: %s', async (said, expected) => {
    header = said;
    const { port } = server.address() as AddressInfo;
    expect(await slackChannel(`http://127.0.0.1:${port}/hook`).send([], false)).toEqual({
      ...{ outcome: 'refused', why: 'Slack answers 429 rate_limited' },
      ...expected,
    });
  });
});
