import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Lines of Prometheus' text format, by series. */
export type Series = Map<string, number>;

/** Lets all counters go on, as they do while messages flow. */
export function goOn(series: Series): void {
  for (const [name, value] of series) {
    if (/_total|_count|_bucket|_sum/.test(name) && value > 0) series.set(name, value * 1.01 + 1);
  }
}

/** Something that Prometheus can scrape: a real HTTP server that tells what stands in `series` at that moment. */
export class Exporter {
  private readonly server: Server;

  /** @param prefix - what all names begin with. */
  constructor(
    prefix: string,
    readonly series: Series,
  ) {
    this.server = createServer((_request, response) => {
      goOn(this.series);
      const lines = [...this.series].map(([name, value]) => `${prefix}${name} ${value}\n`);
      response.setHeader('content-type', 'text/plain; version=0.0.4');
      response.end(lines.join(''));
    });
  }

  /** @returns its address. */
  async listen(): Promise<string> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }
}
