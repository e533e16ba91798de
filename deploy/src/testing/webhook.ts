import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What Alertmanager posts to a webhook; only what is looked at here. */
export interface Notification {
  status: 'firing' | 'resolved';
  alerts: {
    status: 'firing' | 'resolved';
    labels: Record<string, string>;
    annotations: Record<string, string>;
  }[];
}

/** What Alertmanager posts to Slack; only what is looked at here. */
export interface SlackMessage {
  attachments: { title: string; text: string }[];
}

/** A real receiver of Alertmanager's webhooks; of what it posts to Slack a local one that stands in for it: a double. */
export class WebhookReceiver<Body = Notification> {
  readonly received: Body[] = [];
  private readonly server: Server = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8').on('data', (part: string) => {
      text += part;
    });
    request.on('end', () => {
      this.received.push(JSON.parse(text) as Body);
      response.end();
    });
  });

  /** @returns its URL. */
  async listen(): Promise<string> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }
}
