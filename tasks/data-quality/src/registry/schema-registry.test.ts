import { createServer, type Server, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import axios from 'axios';
import { RegistryServer } from '@dolphinstage/embedded';
import { confluent } from '../__testUtils__/confluent';
import { until } from '../__testUtils__/streams';
import { openRegistry } from './open';
import { SchemaRegistry } from './schema-registry';
import { payloadOf, schemaIdOf } from './wire-format';

const LIMIT_MS = 180_000;
const ACCOUNT = `Basic ${Buffer.from('reader:s3cret pass').toString('base64')}`;
const person = { type: 'record', name: 'Person', fields: [{ name: 'name', type: 'string' }] };
const sale = { type: 'record', name: 'Sale', fields: [{ name: 'by', type: 'Person' }] };

describe('a schema registry', () => {
  let server: RegistryServer;
  /** Stands before the real registry, and asks who comes. */
  let gate: Server;
  let asked: string[] = [];
  let answer: ((response: ServerResponse) => void) | undefined;
  let ids: { person: number; sale: number };

  const at = (account = '') =>
    `http://${account}127.0.0.1:${(gate.address() as AddressInfo).port}/apis/ccompat/v7/`;
  const registry = () => new SchemaRegistry({ baseUrl: at('reader:s3cret%20pass@') });
  const reasonOf = async (asking: Promise<void>) => {
    const error: unknown = await asking.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    return (error as Error | undefined)?.message;
  };

  beforeAll(async () => {
    server = await RegistryServer.start();
    ids = {
      person: await server.register('person', person),
      sale: await server.register('sale', sale, {
        references: [{ name: 'Person', subject: 'person', version: 1 }],
      }),
    };
    gate = createServer((request, response) => {
      asked.push(request.url!);
      if (answer) {
        answer(response);
        return;
      }
      if (request.headers.authorization !== ACCOUNT) {
        response.writeHead(401).end();
        return;
      }
      const url = `http://127.0.0.1:${server.port}${request.url}`;
      void axios.get<string>(url, { proxy: false, validateStatus: () => true }).then(
        real => {
          response.writeHead(real.status, { 'content-type': 'application/json' });
          response.end(JSON.stringify(real.data));
        },
        // It is ended while somebody still asks.
        () => response.destroy(),
      );
    }).listen(0, '127.0.0.1');
    await once(gate, 'listening');
  }, LIMIT_MS);

  beforeEach(() => {
    asked = [];
    answer = undefined;
  });

  afterAll(async () => {
    gate?.closeAllConnections();
    gate?.close();
    await server?.stop();
  }, LIMIT_MS);

  it('is asked once for what it knows, with the schemas that one names', async () => {
    const one = registry();
    expect(one.lacks(ids.sale, [])).toBe(true);
    await Promise.all([one.learn([ids.sale], false), one.learn([ids.sale], false)]);
    expect(one.lacks(ids.sale, [])).toBe(false);
    expect(asked).toHaveLength(2);
    const known = one.get(ids.sale) as { decode(payload: Buffer): unknown };
    const value = confluent(ids.sale, Buffer.from([6, 65, 100, 97]));
    expect(schemaIdOf(value)).toBe(ids.sale);
    expect(known.decode(payloadOf(value))).toEqual({ by: { name: 'Ada' } });
  });

  it('has Protobuf, with imports and nested messages', async () => {
    const money = 'syntax = "proto3"; package shop; message Money { int64 cents = 1; }';
    const sales = `syntax = "proto3"; package shop;
      import "money.proto"; import "google/protobuf/timestamp.proto";
      enum Status { NEW = 0; PAID = 1; }
      message First { string x = 1; }
      message Sale {
        message Line { string what = 1; }
        string id = 1; Money price = 2; Status status = 3; google.protobuf.Timestamp at = 4;
        repeated Line lines = 5; optional string note = 6; int32 per_day = 7; bytes raw = 8;
      }`;
    await server.register('money', money, { schemaType: 'PROTOBUF' });
    const references = [{ name: 'money.proto', subject: 'money', version: 1 }];
    const id = await server.register('proto-value', sales, { schemaType: 'PROTOBUF', references });
    const one = registry();
    await one.learn([id], false);
    const { decode } = one.get(id) as { decode(payload: Buffer): unknown };
    // Written by hand, by the encoding's own rules: field number and wire type, then the value.
    const time = [0x22, 8, 0x08, 0x80, 0xe2, 0xcf, 0xaa, 0x06, 0x10, 0x01];
    const row = [0x0a, 1, 0x61, 0x12, 2, 0x08, 7, 0x18, 1, ...time, 0x2a, 3, 0x0a, 1, 0x62];
    expect(decode(Buffer.from([2, 2, ...row]))).toEqual({
      ...{ id: 'a', price: { cents: 7 }, status: 'PAID', at: '2023-11-14T22:13:20.000Z' },
      ...{ lines: [{ what: 'b' }], per_day: 0, raw: '' },
    });
    // The first message, and a nested one.
    expect(decode(Buffer.from([0, 0x0a, 1, 0x63]))).toEqual({ x: 'c' });
    expect(decode(Buffer.from([4, 2, 0, 0x0a, 1, 0x64]))).toEqual({ what: 'd' });
    expect(decode(Buffer.from([2, 2]))).toMatchObject({ id: '', price: null, at: null });
    for (const bad of [[], [2, 6], [2, 2, 0x0a, 9, 0x61], [200, 200]]) {
      expect(() => decode(Buffer.from(bad))).toThrow();
    }
  });

  it('says which subjects a schema is of, and is asked again when that was not enough', async () => {
    const one = registry();
    const rule = { subject: 'person', versions: [1] };
    await one.learn([ids.person], true);
    expect(one.lists(ids.person, rule)).toBe(true);
    expect(one.lists(ids.person, { subject: 'person', versions: [2] })).toBe(false);
    expect(one.lists(ids.person, { subject: 'sale' })).toBe(false);
    expect(one.lacks(ids.person, [rule])).toBe(false);
    // Not again at once.
    expect(one.lacks(ids.person, [{ subject: 'sale' }])).toBe(false);
    jest.useFakeTimers({ now: Date.now() + 31_000, doNotFake: ['nextTick', 'setImmediate'] });
    try {
      expect(one.lacks(ids.person, [rule])).toBe(false);
      expect(one.lacks(ids.person, [{ subject: 'sale' }])).toBe(true);
    } finally {
      jest.useRealTimers();
    }
  });

  it('does not have an id for a while only', async () => {
    const one = registry();
    await one.learn([4_000_000], false);
    expect(one.get(4_000_000)).toEqual({ refused: 'names a schema that the registry has not' });
    expect(one.lacks(4_000_000, [])).toBe(false);
    jest.useFakeTimers({ now: Date.now() + 31_000, doNotFake: ['nextTick', 'setImmediate'] });
    try {
      expect(one.lacks(4_000_000, [])).toBe(true);
    } finally {
      jest.useRealTimers();
    }
  });

  it.each([
    ['HTTP 503', (response: ServerResponse) => void response.writeHead(503).end()],
    ['HTTP 429', (response: ServerResponse) => void response.writeHead(429).end()],
    [
      'HTTP 404',
      (response: ServerResponse) => void response.writeHead(404).end('{"error_code":404}'),
    ],
    [
      'HTTP 302',
      (response: ServerResponse) => void response.writeHead(302, { location: '/' }).end(),
    ],
    [
      'what answers is no schema registry',
      (response: ServerResponse) => void response.end('<html>'),
    ],
    ['ECONNRESET', (response: ServerResponse) => void response.destroy()],
  ])('is away, and has not said that there is no schema, when it says %s', async (why, says) => {
    const one = registry();
    answer = says;
    expect(await reasonOf(one.learn([ids.person], true))).toContain(why);
    expect(one.get(ids.person)).toBeUndefined();
    expect(one.lacks(ids.person, [])).toBe(true);
    // Whoever asks again at once gets the same answer without a request.
    const requests = asked.length;
    expect(await reasonOf(one.learn([ids.sale], false))).toContain(why);
    expect(asked).toHaveLength(requests);
    answer = undefined;
    let known = false;
    await until('it is asked again', () => {
      void one.learn([ids.person], true).then(
        () => (known = true),
        () => {},
      );
      return known;
    });
    expect(one.lacks(ids.person, [])).toBe(false);
  });

  it('tells a wrong account from silence, and nobody the right one', async () => {
    const stranger = new SchemaRegistry({ baseUrl: at('reader:wrong@') });
    const error: unknown = await stranger
      .learn([ids.person], false)
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: 'REGISTRY_AWAY',
      message: 'the schema registry refuses the credentials (HTTP 401)',
      where: at(),
    });
    const bearer = new SchemaRegistry({ baseUrl: at(), token: 'token' });
    expect(await reasonOf(bearer.learn([ids.person], false))).toContain('refuses the credentials');
  });

  it('is the connection of that name, unless another is named', () => {
    const http = { kind: 'http', baseUrl: at() } as const;
    const files = { kind: 'files', path: '/tmp' } as const;
    expect(openRegistry({ 'schema-registry': http })).toBeInstanceOf(SchemaRegistry);
    expect(openRegistry({ other: http })).toBeUndefined();
    expect(openRegistry({ other: http }, 'other')).toBeInstanceOf(SchemaRegistry);
    expect(() => openRegistry({}, 'other')).toThrow(
      expect.objectContaining({ code: 'OPTION_INVALID' }),
    );
    expect(() => openRegistry({ 'schema-registry': files })).toThrow('is no http connection');
  });
});
