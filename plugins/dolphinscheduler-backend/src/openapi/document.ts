import type { JsonObject } from '@backstage/types';
import { z } from 'zod';
import { zodToJsonSchema } from 'zod-to-json-schema';
import { SECRET_HEADER, SECRET_PARAMETER } from '../alerts/route';
import * as requests from '../requests';
import { operations, type Caller, type Operation } from './operations';

/** What stands in paths. */
const PARAMETERS: z.ZodObject = requests.place
  .extend(requests.run.shape)
  .extend(requests.task.shape)
  .extend(requests.verb.shape);

const SECURITY: Readonly<Record<Caller, readonly JsonObject[]>> = {
  user: [{ backstage: [] }],
  anybody: [],
  alert: [{ alertSecret: [] }, { alertSecretHeader: [] }],
};

function requestSchema(schema: z.ZodType): JsonObject {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: 'input' });
  return rest as JsonObject;
}

function answerSchema(schema: NonNullable<Operation['answer']>): JsonObject {
  const { $schema: _, ...rest } = zodToJsonSchema(schema, {
    $refStrategy: 'none',
    // Answers may get more fields.
    removeAdditionalStrategy: 'strict',
  }) as JsonObject;
  return rest;
}

const json = (schema: JsonObject): JsonObject => ({ 'application/json': { schema } });

const pathParameters = (path: string): JsonObject[] =>
  [...path.matchAll(/:(\w+)/g)].flatMap(([, name = '']) => {
    const schema = PARAMETERS.shape[name] as z.ZodType | undefined;
    return schema ? [{ name, in: 'path', required: true, schema: requestSchema(schema) }] : [];
  });

const queryParameters = (query: z.ZodObject): JsonObject[] =>
  Object.entries(query.shape).map(([name, schema]) => ({
    name,
    in: 'query',
    required: false,
    schema: requestSchema(schema as z.ZodType),
  }));

function operationOf({
  path,
  id,
  summary,
  caller = 'user',
  query,
  body,
  answer,
  text,
}: Operation): JsonObject {
  const content = text
    ? { 'text/plain': { schema: { type: 'string' } } }
    : answer && json(answerSchema(answer));
  const done = content
    ? { '200': { description: 'Done', content } }
    : { '204': { description: 'Done' } };
  return {
    operationId: id,
    summary,
    security: [...SECURITY[caller]],
    parameters: [...pathParameters(path), ...(query ? queryParameters(query) : [])],
    ...(body && { requestBody: { content: json(requestSchema(body)) } }),
    responses: { ...done, default: { $ref: '#/components/responses/Problem' } },
  };
}

/** A path as OpenAPI writes it. */
export const openApiPath = (path: string): string => path.replace(/:(\w+)/g, '{$1}');

function pathsOf(all: readonly Operation[]): JsonObject {
  const paths: Record<string, JsonObject> = {};
  for (const operation of all) {
    const path = openApiPath(operation.path);
    paths[path] = { ...paths[path], [operation.method]: operationOf(operation) };
  }
  return paths;
}

/** The routes as an OpenAPI 3.1 document, made of the schemas by which requests are read. */
export function openApiDocument(): JsonObject {
  const secret = { type: 'apiKey', description: "The instance's alertSecret in app-config.yaml" };
  return {
    openapi: '3.1.0',
    info: {
      title: 'DolphinScheduler in Backstage',
      version: '1',
      description: 'Workflows, runs and logs of DolphinScheduler. Times are ISO 8601 in UTC.',
    },
    servers: [{ url: '/api/dolphinscheduler' }],
    paths: pathsOf(operations),
    components: {
      securitySchemes: {
        backstage: { type: 'http', scheme: 'bearer', description: "A user's Backstage token" },
        alertSecret: { ...secret, in: 'query', name: SECRET_PARAMETER },
        alertSecretHeader: { ...secret, in: 'header', name: SECRET_HEADER },
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
