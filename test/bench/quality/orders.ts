import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Kafka } from 'kafkajs';
import { seededRandom } from '../../src/random';

const BATCH = 5_000;
const MEASURED = 5_000;
/** So many probes at most. */
const PROBES = 500;
const STATUSES = ['new', 'paid', 'packed', 'sent'];
const COUNTRIES = ['NO', 'SE', 'DK', 'DE', 'FR', 'NL'];

/** An order of 200 bytes on average: {@link meanBytes}. */
export function order(number: number, random: () => number): string {
  return JSON.stringify({
    id: `order-${String(number).padStart(10, '0')}`,
    customer: `customer-${Math.floor(random() * 5_000)}`,
    amount: Math.round(Math.exp(4 + random() * 2) * 100) / 100,
    quantity: 1 + Math.floor(random() * 9),
    weight: Math.round(random() * 10_000) / 1_000,
    status: STATUSES[Math.floor(random() * STATUSES.length)],
    country: COUNTRIES[Math.floor(random() * COUNTRIES.length)],
    address: `${1 + Math.floor(random() * 200)} Example Street, ${1_000 + Math.floor(random() * 9_000)} Oslo`,
    at: new Date(1_790_000_000_000 + number * 10).toISOString(),
  });
}

/** How many bytes an order has, on average of many. */
export function meanBytes(): number {
  const random = seededRandom(1);
  const orders = Array.from({ length: MEASURED }, (_none, n) => order(n, random));
  return Buffer.byteLength(orders.join('')) / MEASURED;
}

const fieldOf = (probe: number) => `probe${probe}`;

/** An order that breaks the contract in one place: each probe is an alert of its own. */
export function badOrder(number: number, probe: number, random: () => number): string {
  const more = { [fieldOf(probe)]: 'no number' };
  return JSON.stringify({ ...(JSON.parse(order(number, random)) as object), more });
}

/** The contract, every check on. */
export function ordersContract(topic: string): object {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    type: 'object',
    'x-dataset': 'orders',
    'x-version': 1,
    'x-key': ['id'],
    'x-quality': {
      ...{ topic, window: '10s', season: 'hour-of-day', freshness: '60s', series: ['customer'] },
      redact: ['customer'],
    },
    properties: {
      id: { type: 'string', pattern: '^order-[0-9]{10}$' },
      customer: { type: 'string', minLength: 1, maxLength: 40 },
      amount: { type: 'number', minimum: 0, maximum: 1_000_000 },
      quantity: { type: 'integer', minimum: 1, maximum: 1_000 },
      weight: { type: 'number', minimum: 0 },
      status: { enum: STATUSES },
      country: { enum: COUNTRIES },
      address: { type: 'string', maxLength: 200 },
      at: { type: 'string', format: 'date-time' },
      // Only bad rows have it.
      more: {
        type: 'object',
        properties: Object.fromEntries(
          Array.from({ length: PROBES }, (_none, n) => [fieldOf(n), { type: 'number' }]),
        ),
      },
    },
    required: [
      'id',
      'customer',
      'amount',
      'quantity',
      'weight',
      'status',
      'country',
      'address',
      'at',
    ],
    additionalProperties: false,
  };
}

/** Writes so many orders to the topic, keyed by their ids. */
export async function writeOrders(kafka: Kafka, topic: string, rows: number): Promise<void> {
  const random = seededRandom(1);
  const producer = kafka.producer({ allowAutoTopicCreation: false });
  await producer.connect();
  try {
    for (let first = 0; first < rows; first += BATCH) {
      const messages = Array.from({ length: Math.min(BATCH, rows - first) }, (_none, n) => ({
        key: String(first + n),
        value: order(first + n, random),
      }));
      await producer.send({ topic, messages, acks: -1 });
    }
  } finally {
    await producer.disconnect();
  }
}

/** The folder's contract as a file. */
export function writeContract(folder: string, topic: string): void {
  writeFileSync(join(folder, 'orders.json'), JSON.stringify(ordersContract(topic)));
}
