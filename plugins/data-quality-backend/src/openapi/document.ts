import type { JsonObject } from '@backstage/types';
import { z } from 'zod';
import * as requests from '../requests';
import * as answers from './answers';

/** A route, as others need to know it. */
export interface Operation {
  readonly method: 'get' | 'post';
  /** As OpenAPI writes it. */
  readonly path: string;
  readonly id: string;
  readonly summary: string;
  /** Nobody has to be signed in. */
  readonly open?: boolean;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  readonly answer: z.ZodType;
}

const DATASET = '/v1/datasets/{dataset}';

/** All routes. */
export const operations: readonly Operation[] = [
  {
    method: 'get',
    path: '/v1/health',
    id: 'getHealth',
    summary: 'Whether Kafka is read',
    open: true,
    answer: answers.health,
  },
  {
    method: 'get',
    path: '/v1/openapi.json',
    id: 'getOpenApi',
    summary: 'This document',
    answer: answers.anything,
  },
  {
    method: 'get',
    path: '/v1/datasets',
    id: 'listDatasets',
    summary: 'The data sets that the caller may see, with their last scores and open alerts',
    answer: answers.datasetList,
  },
  {
    method: 'get',
    path: DATASET,
    id: 'getDataset',
    summary: 'Scores over the last 24 hours, open and recent alerts',
    query: requests.one,
    answer: answers.datasetQuality,
  },
  {
    method: 'get',
    path: `${DATASET}/quarantine`,
    id: 'listQuarantine',
    summary: 'Bad rows with reason and origin, and with their values where the caller may see them',
    query: requests.quarantine,
    answer: answers.quarantineList,
  },
  {
    method: 'post',
    path: `${DATASET}/quarantine/replay`,
    id: 'replayQuarantine',
    summary: 'Sends rows back to their topic, or says which would be',
    body: requests.replay,
    answer: answers.replayAnswer,
  },
];

function schemaOf(schema: z.ZodType, io: 'input' | 'output'): JsonObject {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io });
  return rest as JsonObject;
}

const json = (schema: JsonObject): JsonObject => ({ 'application/json': { schema } });

function parametersOf(where: 'path' | 'query', { shape }: z.ZodObject): JsonObject[] {
  return Object.entries(shape).map(([name, schema]) => ({
    name,
    in: where,
    required: where === 'path',
    schema: schemaOf(schema as z.ZodType, 'input'),
  }));
}

function operationOf({ path, id, summary, open, query, body, answer }: Operation): JsonObject {
  return {
    operationId: id,
    summary,
    security: open ? [] : [{ backstage: [] }],
    parameters: [
      ...(path.includes('{') ? parametersOf('path', requests.dataset) : []),
      ...(query ? parametersOf('query', query) : []),
    ],
    ...(body && {
      requestBody: { required: true, content: json(schemaOf(body, 'input')) },
    }),
    responses: {
      '200': { description: 'Done', content: json(schemaOf(answer, 'output')) },
      default: { $ref: '#/components/responses/Problem' },
    },
  };
}

/** The routes as an OpenAPI 3.1 document, made of the schemas by which requests are read. */
export function openApiDocument(): JsonObject {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Data quality in Backstage',
      version: '1',
      description: 'Scores, alerts and quarantine of streams. Times are ISO 8601 in UTC.',
    },
    servers: [{ url: '/api/data-quality' }],
    paths: Object.fromEntries(
      operations.map(operation => [operation.path, { [operation.method]: operationOf(operation) }]),
    ),
    components: {
      securitySchemes: {
        backstage: { type: 'http', scheme: 'bearer', description: "A user's Backstage token" },
      },
      responses: {
        Problem: {
          description: 'What is wrong, and what to do',
          content: json({
            type: 'object',
            required: ['error'],
            properties: {
              error: {
                type: 'object',
                required: ['name', 'message'],
                properties: { name: { type: 'string' }, message: { type: 'string' } },
              },
            },
          }),
        },
      },
    },
  };
}
