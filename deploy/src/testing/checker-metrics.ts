import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a replica of the checker tells: lines of Prometheus' text format, by series. */
export type Series = Map<string, number>;

/** The series that one of three replicas has after a while of good work. */
export function healthySeries(replica: number): Series {
  const now = Date.now() / 1000;
  const dataset = 'dataset="flights"';
  const series: Series = new Map([
    [`messages_total{${dataset}}`, 1000],
    [`bad_rows_total{${dataset},check="schema"}`, 3],
    [`quarantined_total{${dataset}}`, 3],
    [`alerts_total{${dataset},check="schema"}`, 1],
    ['notifications_total{channel="slack",outcome="sent"}', 1],
    ['notifications_total{channel="slack",outcome="refused"}', 0],
    [`score{${dataset}}`, 0.997],
    [`alerts_open{${dataset}}`, 0],
    [`lag_messages{topic="incoming-data",partition="${replica}"}`, 12],
    ['assigned_partitions{topic="incoming-data"}', 1],
    [`last_message_timestamp_seconds{${dataset}}`, now],
    [`window_closed_timestamp_seconds{${dataset}}`, now],
    ['contract_invalid{file="flights.yaml"}', 0],
    [`breaker_open{${dataset}}`, 0],
    ['alert_latency_seconds_sum', 0.4],
    ['alert_latency_seconds_count', 1],
  ]);
  for (const le of ['0.1', '0.25', '0.5', '1', '2', '5', '10', '30', '60', '+Inf'])
    series.set(`alert_latency_seconds_bucket{le="${le}"}`, Number(le === '0.1' ? 0 : 1));
  return series;
}

/** Lets all counters go on, as they do while messages flow. */
export function goOn(series: Series): void {
  for (const [name, value] of series) {
    if (/_total|_count|_bucket|_sum/.test(name) && value > 0) series.set(name, value * 1.01 + 1);
  }
}

/** Something that Prometheus can scrape: a real HTTP server that tells what stands in `series` at that moment. */
export class Exporter {
  readonly series: Series;
  private readonly server: Server;

  constructor(replica: number) {
    this.series = healthySeries(replica);
    this.server = createServer((_request, response) => {
      goOn(this.series);
      const lines = [...this.series].map(
        ([name, value]) => `dolphinstage_quality_${name} ${value}\n`,
      );
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
