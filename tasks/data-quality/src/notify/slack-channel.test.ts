import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { AlertEvent } from '../judge/alert';
import { slackChannel } from './slack-channel';
import type { SlackMessage } from './slack-message';

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

describe('Slack that takes no message with blocks', () => {
  it('is told of each alert by a bare line: all that come after would wait', async () => {
    const texts: string[] = [];
    const server = createServer((request, response) => {
      let body = '';
      request.on('data', chunk => (body += String(chunk)));
      request.on('end', () => {
        const { text, blocks } = JSON.parse(body) as SlackMessage;
        if (!blocks) texts.push(text);
        response.writeHead(blocks ? 400 : 200).end(blocks ? 'invalid_blocks' : 'ok');
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const data = { alert: 'a-1', state: 'open', severity: 'critical', dataset: 'orders' };
    const more = { check: 'schema', words: 'secret', since: '', examples: [] };
    const event = { data: { ...data, ...more } } as unknown as AlertEvent;
    const { send } = slackChannel(`http://127.0.0.1:${port}/hook`);
    expect(await send([event, event], false)).toEqual({ outcome: 'sent' });
    const line = ':rotating_light: critical: orders · schema (alert a-1)';
    expect(texts).toEqual([`${line}\n${line}\nSlack did not take it in full: the portal has it.`]);
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
});
