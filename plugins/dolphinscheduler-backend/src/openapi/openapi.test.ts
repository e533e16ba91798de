import SwaggerParser from '@apidevtools/swagger-parser';
import { mockServices, startTestBackend } from '@backstage/backend-test-utils';
import { createServiceFactory } from '@backstage/backend-plugin-api';
import { dolphinschedulerServiceRef } from '@dolphinstage/plugin-dolphinscheduler-node';
import type { Router } from 'express';
import dolphinschedulerPlugin from '..';
import { startPortal, type Portal } from '../__testUtils__/backend';
import { FakeDolphinScheduler, fakeService } from '../__testUtils__/fake-dolphinscheduler';
import { pathOf } from '../__testUtils__/path-of';
import { openApiPath } from './document';
import { operations } from './operations';

/** The routes that the plugin gives to its backend. */
async function routes(): Promise<string[]> {
  const httpRouter = mockServices.httpRouter.mock();
  const backend = await startTestBackend({
    features: [
      dolphinschedulerPlugin,
      httpRouter.factory,
      createServiceFactory({
        service: dolphinschedulerServiceRef,
        deps: {},
        factory: () => fakeService(),
      }),
    ],
  });
  await backend.stop();
  return httpRouter.use.mock.calls
    .flatMap(([handler]) => (handler as Router).stack ?? [])
    .flatMap(({ route }) => {
      const { path, methods } = (route ?? {}) as { path?: string; methods?: object };
      return Object.keys(methods ?? {}).map(method => `${method} ${openApiPath(path ?? '')}`);
    })
    .filter(route => !route.includes('/.'))
    .sort();
}

interface Documented {
  readonly operationId: string;
  readonly parameters: readonly { readonly name: string; readonly in: string }[];
  readonly security: readonly object[];
}

describe('the OpenAPI document', () => {
  let server: FakeDolphinScheduler;
  let portal: Portal;

  beforeAll(async () => {
    server = new FakeDolphinScheduler();
    portal = await startPortal([server]);
  });
  afterAll(() => portal.stop());

  const read = async () => {
    const { body } = await portal.get('/openapi.json').expect(200);
    return body as { openapi: string; paths: Record<string, Record<string, Documented>> };
  };

  it('has every route, and no other', async () => {
    const { openapi, paths } = await read();
    expect(openapi).toBe('3.1.0');
    const documented = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map(method => `${method} ${path}`),
    );
    const served = await routes();
    expect(served.length).toBeGreaterThan(10);
    expect(documented.sort()).toEqual(served);
  });

  it('is one', async () => {
    const { info } = await SwaggerParser.validate(structuredClone(await read()) as never);
    expect(info.title).toBe('DolphinScheduler in Backstage');
  });

  it('describes each parameter of a path, and names each operation once', async () => {
    const { paths } = await read();
    const ids: string[] = [];
    for (const [path, methods] of Object.entries(paths)) {
      for (const { operationId, parameters } of Object.values(methods)) {
        ids.push(operationId);
        const named = parameters.filter(parameter => parameter.in === 'path');
        expect(named.map(({ name }) => `{${name}}`)).toEqual(path.match(/\{\w+\}/g) ?? []);
      }
    }
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('says how requests are read', async () => {
    const { paths } = await read();
    const list = paths['/v1/workflows']!.get!;
    const schemas = Object.fromEntries(
      list.parameters.map(parameter => [parameter.name, parameter]),
    );
    expect(schemas).toMatchObject({
      drifted: { in: 'query', schema: { type: 'string', enum: ['true', 'false'] } },
      limit: { in: 'query', schema: { type: 'integer', minimum: 1, maximum: 1000 } },
      order: { schema: { enum: ['asc', 'desc'] } },
    });
    expect(paths['/v1/workflows/{instance}/{project}/{code}/backfill']!.post).toMatchObject({
      requestBody: {
        content: {
          'application/json': {
            schema: { required: ['from', 'until', 'mode'], additionalProperties: false },
          },
        },
      },
    });
  });

  it('says who may ask what', async () => {
    const { paths } = await read();
    const open = Object.entries(paths).flatMap(([path, methods]) =>
      Object.values(methods).flatMap(({ security }) =>
        security.some(one => 'backstage' in one) ? [] : [path],
      ),
    );
    expect(open.sort()).toEqual(['/v1/alerts/{instance}', '/v1/health']);
  });

  it.each(['getHealth', 'listWorkflows', 'getWorkflow', 'listRuns', 'getRun', 'readLog'])(
    'knows all of what %s answers',
    async id => {
      const { answer } = operations.find(operation => operation.id === id)!;
      const { body } = await portal.get(pathOf(id)).expect(200);
      // What a schema doesn't know would be missing.
      expect(answer!.parse(body)).toEqual(body);
    },
  );
});
