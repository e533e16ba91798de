import SwaggerParser from '@apidevtools/swagger-parser';
import type { JsonObject } from '@backstage/types';
import { startPortal, type Portal } from '../__testUtils__/portal';
import { operations } from './document';

describe('the OpenAPI document', () => {
  let portal: Portal;

  beforeAll(async () => {
    portal = await startPortal({});
  });
  afterAll(() => portal.stop());

  it('is one, and is told to who is signed in', async () => {
    const { body } = await portal.get('/openapi.json', 'guest').expect(200);
    const read = await SwaggerParser.validate(body);
    expect(Object.keys(read.paths ?? {})).toEqual(operations.map(({ path }) => path));
    await portal.get('/openapi.json', 'nobody').expect(401);
  });

  it.each(operations.map(operation => [operation.id, operation] as const))(
    '%s is a route that asks who it is, or says that anybody may',
    async (_id, { method, path, open = false }) => {
      const where = path.replace('/v1', '').replace('{dataset}', 'orders');
      const { status } = await (method === 'get'
        ? portal.get(where, 'nobody')
        : portal.post(where, {}, 'nobody'));
      expect(status).toBe(open ? 200 : 401);
    },
  );

  it('says what requests may hold', async () => {
    const { body } = await portal.get('/openapi.json');
    const { post } = body.paths['/v1/datasets/{dataset}/quarantine/replay'] as {
      post: { requestBody: { content: JsonObject } };
    };
    expect(post.requestBody.content).toMatchObject({
      'application/json': {
        schema: {
          additionalProperties: false,
          required: ['dryRun'],
          properties: { ids: { type: 'array', maxItems: 1_000 } },
        },
      },
    });
  });
});
