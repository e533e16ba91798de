import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { formatError } from '@dolphinstage/common';
import axios from 'axios';
import { Pool } from 'pg';
import { driftDays, keepCustomers, setDrift, shopCustomer, type ShopCustomer } from './shop';
import { DRIFTS } from './truth';

// A shop that asks a model of each customer whether they leave, and learns later whether they did. Environment:
//   PG…              the database with the schemas `shop` and `models`
//   SHOP_PORT        what it has done, and POST /drift/<kind>, a TCP port of 127.0.0.1
//   SHOP_MODELS      the model server
//   SHOP_TOKEN       its token
//   SHOP_MODEL       the model's name
//   SHOP_RATE        customers a second
//   SHOP_WAIT        seconds until it is known what became of a customer
// SIGTERM ends it.

const { env } = process;
const RATE = Number(env.SHOP_RATE);
const WAIT_MS = Number(env.SHOP_WAIT) * 1000;
const MODEL = env.SHOP_MODEL!;
const TURN_MS = 1_000;

const pool = new Pool({ max: 2, connectionTimeoutMillis: 5_000, query_timeout: 5_000 });
// A connection that is lost is opened again when it is needed.
pool.on('error', () => {});
const done = { customers: 0, asked: 0, right: 0, unanswered: 0 };
let waiting: (ShopCustomer & { readonly said?: boolean })[] = [];

async function answerOf(customers: readonly ShopCustomer[]): Promise<(boolean | undefined)[]> {
  try {
    const { data } = await axios.post<{ predictions: readonly { label: string }[] }>(
      `${env.SHOP_MODELS}/v1/models/${MODEL}/predict`,
      {
        rows: customers.map(({ customer, calls }) => ({
          ...customer,
          service_calls: calls.length,
        })),
        keys: customers.map(({ id }) => id),
      },
      { headers: { authorization: `Bearer ${env.SHOP_TOKEN}` }, proxy: false, timeout: 5_000 },
    );
    return data.predictions.map(({ label }) => label === 'yes');
  } catch {
    // No version is live yet, or the server is away: a shop goes on without.
    return customers.map(() => undefined);
  }
}

/** Writes down what became of those that have waited long enough; they go on waiting while PostgreSQL is away. */
async function learn(): Promise<void> {
  const known = waiting.filter(({ at }) => at + WAIT_MS <= Date.now());
  if (known.length === 0) return;
  const client = await pool.connect();
  try {
    await client.query('begin');
    await keepCustomers(client, known);
    await client.query(
      `insert into models.label (model, entity, label)
       select $1, * from unnest($2::text[], $3::text[]) on conflict (model, entity) do nothing`,
      [MODEL, known.map(({ id }) => id), known.map(({ leaves }) => (leaves ? 'yes' : 'no'))],
    );
    await client.query('commit');
    client.release();
  } catch (error) {
    client.release(true);
    throw error;
  }
  waiting = waiting.filter(customer => !known.includes(customer));
  for (const { said, leaves } of known) {
    done.customers += 1;
    if (said === undefined) done.unanswered += 1;
    else done.asked += 1;
    if (said === leaves) done.right += 1;
  }
}

async function turn(): Promise<void> {
  const client = await pool.connect();
  const drifts = await driftDays(client).finally(() => client.release());
  const customers = Array.from({ length: RATE }, () =>
    shopCustomer(Math.random, randomUUID(), Date.now(), drifts),
  );
  const said = await answerOf(customers);
  waiting.push(...customers.map((customer, at) => ({ ...customer, said: said[at] })));
  await learn();
}

function listen(port: number): void {
  const server = createServer((request, response) => {
    const kind = DRIFTS.find(known => request.url === `/drift/${known}`);
    if (request.method === 'POST' && kind) {
      void pool
        .connect()
        .then(client => setDrift(client, kind, Date.now()).finally(() => client.release()))
        .then(
          () => response.end(`${kind} is another one from now on\n`),
          () => response.writeHead(503).end('PostgreSQL is away\n'),
        );
      return;
    }
    response.writeHead(request.method === 'GET' ? 200 : 400, {
      'content-type': 'application/json',
    });
    const change = `POST /drift/<kind>; kinds: ${DRIFTS.join(', ')}`;
    response.end(`${JSON.stringify({ ...done, waiting: waiting.length, change })}\n`);
  });
  server.listen(port, '127.0.0.1');
}

async function main(): Promise<void> {
  listen(Number(env.SHOP_PORT));
  let ending = false;
  process.once('SIGTERM', () => {
    ending = true;
  });
  let problem: string | undefined;
  while (!ending) {
    const begun = Date.now();
    try {
      await turn();
      problem = undefined;
    } catch (error) {
      const said = (error as Error).message;
      if (said !== problem) process.stderr.write(`${said}\n`);
      problem = said;
    }
    await pause(Math.max(0, begun + TURN_MS - Date.now()));
  }
  await pool.end();
}

main().then(
  () => process.exit(0),
  error => {
    process.stderr.write(`${formatError(error)}\n`);
    process.exit(1);
  },
);
