import { createHash, randomUUID } from 'node:crypto';
import rateLimit from '@fastify/rate-limit';
import swagger from '@fastify/swagger';
import fastify, { type FastifyError, type FastifyInstance, type FastifyRequest } from 'fastify';
import type { Access, Tenant } from '../access';
import { ServerError, statusOf, type ServerErrorCode } from '../errors';
import type { ServerMetrics } from '../metrics';
import type { Models, Served } from '../models';
import type { Nights } from '../nights';
import { InputRefused, type PredictRequest, type Predictor } from '../predict';
import * as schemas from './schemas';

/** What the HTTP side needs. */
export interface AppOptions {
  readonly models: Models;
  readonly predictor: Predictor;
  readonly metrics: ServerMetrics;
  readonly access: Access;
  readonly logLength: () => number;
  readonly nights: Pick<Nights, 'last'>;
  /** Rows a request. */
  readonly maxRows: number;
  /** Bytes a request. */
  readonly maxBytes: number;
  /** True once it is to end. */
  readonly draining: () => boolean;
  problem(what: string, error: unknown): void;
}

type Named = { Params: { name: string } };
type Asked = FastifyRequest & { tenant?: Tenant };

const tenantOf = (request: FastifyRequest): Tenant => (request as Asked).tenant!;

const FAILURES: [number, string][] = [
  [400, 'The request is not what this document says.'],
  [401, 'No token, or one that nobody has.'],
  [404, 'No such model, or not for this token.'],
  [413, 'Too many rows, or bytes.'],
  [422, "Rows don't fit the model's inputs: every problem is named."],
  [429, 'More requests than the token has a second.'],
  [500, 'The model failed.'],
  [503, 'No version of the model can be served.'],
];
const failures = Object.fromEntries(
  FAILURES.map(([status, description]) => [status, { ...schemas.failure, description }]),
);

function viewOf({ name, current, candidate, mode }: Served & { current: object }) {
  const { file, version, inputs } = current as NonNullable<Served['current']>;
  const { classes, positive, window } = file;
  return {
    ...{ name, version, candidate: candidate?.version ?? null, mode },
    ...{ classes, positive, inputs, window },
  };
}

/** Every error as one of ours. */
function asServerError(error: FastifyError | ServerError): ServerError {
  if (error instanceof ServerError) return error;
  const { message } = error;
  if (
    error.validation?.some(
      ({ keyword, instancePath }) => keyword === 'maxItems' && instancePath === '/rows',
    )
  ) {
    return new ServerError('TOO_MANY_ROWS', message, { todo: 'Ask in several requests.' });
  }
  const codes: Record<number, ServerErrorCode> = { 413: 'TOO_LARGE', 429: 'TOO_MANY_REQUESTS' };
  const status = error.statusCode ?? 500;
  const code = codes[status] ?? (status < 500 ? 'REQUEST_INVALID' : 'PREDICTION_FAILED');
  return new ServerError(code, message, { cause: error });
}

function problemsOf(error: FastifyError | ServerError) {
  if (error instanceof InputRefused) return error.problems;
  if (error instanceof ServerError) return undefined;
  return error.validation?.map(({ instancePath, message = 'is wrong' }) => ({
    field: instancePath || '/',
    problem: message,
  }));
}

async function addModels(app: FastifyInstance, options: AppOptions): Promise<void> {
  const { models, access, metrics, predictor } = options;
  const find = (request: FastifyRequest<Named>): Served => {
    const { name } = request.params;
    const served = tenantOf(request).may(name) ? models.get(name) : undefined;
    // The same answer for both: what others have is nobody's business.
    if (!served) throw new ServerError('MODEL_UNKNOWN', `there is no model ${name} for this token`);
    return served;
  };
  app.addHook('onRequest', async request => {
    (request as Asked).tenant = access.tenantOf(request.headers.authorization);
  });
  await app.register(rateLimit, {
    timeWindow: 1_000,
    max: request => tenantOf(request).rate,
    keyGenerator: request =>
      createHash('sha256').update(request.headers.authorization!.slice(7)).digest('hex'),
    errorResponseBuilder: (_, { max }) =>
      new ServerError('TOO_MANY_REQUESTS', `more than ${max} requests in one second`, {
        todo: 'Ask for several rows at once, or again in a second.',
      }),
  });
  const common = { security: [{ token: [] }] };
  app.get(
    '/v1/models',
    {
      schema: { ...common, summary: 'All models', response: { 200: schemas.models, ...failures } },
    },
    async request => ({
      models: models.all.flatMap(served =>
        served.current && tenantOf(request).may(served.name)
          ? [viewOf({ ...served, current: served.current })]
          : [],
      ),
    }),
  );
  app.get<Named>(
    '/v1/models/:name',
    {
      schema: {
        ...common,
        summary: 'What a model takes, and which version answers',
        params: schemas.params,
        response: { 200: schemas.model, ...failures },
      },
    },
    async request => {
      const served = find(request);
      if (served.current) return viewOf({ ...served, current: served.current });
      throw new ServerError('MODEL_NOT_LOADED', served.problem ?? 'no version is live');
    },
  );
  app.post<Named & { Body: Omit<PredictRequest, 'id'> }>(
    '/v1/models/:name/predict',
    {
      schema: {
        ...common,
        summary: 'Predict one row or many',
        params: schemas.params,
        body: schemas.predictBody(options.maxRows),
        response: { 200: schemas.predictAnswer, ...failures },
      },
    },
    async request => {
      const begun = performance.now();
      const served = find(request);
      const predictions = await predictor.answer(served, { ...request.body, id: request.id });
      const { version } = served.current!;
      metrics.took(served.name, version, (performance.now() - begun) / 1000);
      metrics.answered(served.name, tenantOf(request).name, 'ok');
      return { request: request.id, model: served.name, version, predictions };
    },
  );
}

function addHealth(app: FastifyInstance, options: AppOptions) {
  const { models, metrics, draining, logLength, nights } = options;
  const hide = { schema: { hide: true } };
  app.get('/healthz', hide, async (_, reply) => reply.type('text/plain').send('ok\n'));
  app.get('/readyz', hide, async (_, reply) => {
    const waiting = [
      ...(draining() ? ['it is ending'] : []),
      ...(models.known ? [] : ['what is live is not known yet']),
      // Another replica of the same file store would have no more.
      ...models.all.flatMap(({ name, current, problem }) =>
        current || !problem ? [] : [`${name}: ${problem}`],
      ),
    ];
    const said = waiting.length > 0 ? waiting : ['ready', ...models.problems];
    return reply
      .code(waiting.length > 0 ? 503 : 200)
      .type('text/plain')
      .send(`${said.join('\n')}\n`);
  });
  app.get('/metrics', hide, async (_, reply) =>
    reply
      .type(metrics.registry.contentType)
      .send(
        await metrics.text(
          models.all,
          nights.last,
          logLength(),
          models.databaseProblem === undefined,
        ),
      ),
  );
}

/** The server's routes. */
export async function createApp(options: AppOptions): Promise<FastifyInstance> {
  const app = fastify({
    bodyLimit: options.maxBytes,
    genReqId: () => randomUUID(),
    // What comes while it ends is answered, on connections that close behind it.
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    ajv: { customOptions: { allErrors: true, coerceTypes: false, removeAdditional: false } },
  });
  app.setErrorHandler(async (error: FastifyError | ServerError, request, reply) => {
    const ours = asServerError(error);
    const problems = problemsOf(error);
    if (statusOf(ours) >= 500) options.problem('a request failed', error);
    const name = (request.params as { name?: string } | undefined)?.name;
    const tenant = (request as Asked).tenant;
    // Names that nobody has are no labels: anybody could make them up.
    if (name && tenant && options.models.get(name)) {
      options.metrics.answered(name, tenant.name, ours.code);
    }
    const { code, message, todo } = ours;
    return reply.code(statusOf(ours)).send({ code, message, todo, problems });
  });
  app.setNotFoundHandler(async (_, reply) =>
    reply.code(404).send({ code: 'REQUEST_INVALID', message: 'there is nothing here' }),
  );
  app.addHook('onSend', async (_, reply) => {
    if (options.draining()) reply.header('connection', 'close');
  });
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Dolphinstage model server', version: '1' },
      components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
    },
  });
  await app.register(async scope => addModels(scope, options));
  addHealth(app, options);
  app.get('/openapi.json', { schema: { hide: true } }, async () => app.swagger());
  await app.ready();
  return app;
}
