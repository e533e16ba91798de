import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a message to Slack looked like, and when it came. */
export interface Posted {
  /** All of its text, blocks included. */
  readonly text: string;
  /** ms since 1970. */
  readonly at: number;
}

/** What Slack takes. Source: docs.slack.dev/reference/block-kit/blocks */
const MOST = { blocks: 50, ofBlock: 3_000, ofText: 40_000 };

interface Message {
  readonly text: string;
  readonly blocks: readonly { readonly text: { readonly text: string } }[];
}

/** What Slack would answer to a message that isn't one; undefined where it takes it. */
function refusal({ text, blocks }: Message): string | undefined {
  if (!text) return 'no_text';
  if (text.length > MOST.ofText) return 'msg_too_long';
  const fits = blocks.every(
    block => block.text.text.length > 0 && block.text.text.length <= MOST.ofBlock,
  );
  return fits && blocks.length <= MOST.blocks ? undefined : 'invalid_blocks';
}

/** A local sink that stands in for Slack's incoming webhook: a double. GET shows what has come. */
export class SlackSink {
  readonly posted: Posted[] = [];
  /** What it answers; 0: it takes the message and hangs up without an answer. */
  status = 200;

  private readonly server: Server;

  private constructor() {
    this.server = createServer((request, response) => {
      if (request.method === 'GET') {
        const all = this.posted.map(({ text, at }) => `${new Date(at).toISOString()}\n${text}\n`);
        response.end(all.join('\n'));
        return;
      }
      let body = '';
      request.on('data', chunk => {
        body += chunk;
      });
      request.on('end', () => {
        const { status } = this;
        const message = JSON.parse(body) as Message;
        const refused = refusal(message);
        if (refused) {
          response.writeHead(400).end(refused);
          return;
        }
        if (status === 200 || status === 0) this.take(message);
        if (status === 0) request.socket.destroy();
        else response.writeHead(status).end(status === 200 ? 'ok' : 'no');
      });
    });
  }

  /** @param port - of 127.0.0.1; 0 takes a free one. */
  static async start(port = 0): Promise<SlackSink> {
    const sink = new SlackSink();
    await new Promise<void>(resolve => {
      sink.server.listen(port, '127.0.0.1', resolve);
    });
    return sink;
  }

  private take({ text, blocks }: Message): void {
    const all = [text, ...blocks.map(block => block.text.text)].join('\n');
    this.posted.push({ text: all, at: Date.now() });
  }

  get url(): string {
    const { port } = this.server.address() as AddressInfo;
    return `http://127.0.0.1:${port}/services/T0/B0/secret-of-the-hook`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise(resolve => this.server.close(resolve));
  }
}
