import { createHash, timingSafeEqual } from 'node:crypto';
import { AuthenticationError } from '@backstage/errors';
import type { DolphinSchedulerService } from '@dolphinstage/plugin-dolphinscheduler-node';
import express, { type Request, type RequestHandler } from 'express';
import type { RateLimit } from '../rate-limit';
import { alertedRuns } from './content';
import type { FailedRuns } from './failed-runs';

/** A webhook can be given headers, or only a URL. */
export const SECRET_HEADER = 'x-dolphinscheduler-alert-secret';
export const SECRET_PARAMETER = 'secret';

/** What it takes to take alerts. */
export interface AlertsOptions {
  readonly service: DolphinSchedulerService;
  /** By the instance's name. */
  readonly secrets: ReadonlyMap<string, string>;
  readonly limit: RateLimit;
  readonly failedRuns: FailedRuns;
}

const digest = (text: string) => createHash('sha256').update(text).digest();

/** @throws AuthenticationError, the same whether the instance is unknown, takes no alerts or has another secret. */
function assertSecret(request: Request, secrets: AlertsOptions['secrets']): void {
  const given = request.get(SECRET_HEADER) ?? request.query[SECRET_PARAMETER];
  const secret = secrets.get(request.params.instance ?? '');
  // Digests are of one length, whatever is given.
  const fits = timingSafeEqual(
    digest(typeof given === 'string' ? given : ''),
    digest(secret ?? ''),
  );
  if (secret !== undefined && fits) return;
  throw new AuthenticationError(
    `this takes the instance's alertSecret of app-config.yaml, as the query parameter ${SECRET_PARAMETER} or the header ${SECRET_HEADER}`,
  );
}

/**
 * What DolphinScheduler's webhook posts to, one after the other. What is posted is a hint only: a run that has really
 * failed is told of, whoever says so, and nothing of the text is.
 */
export function alertHandlers(options: AlertsOptions): {
  readonly admit: RequestHandler;
  readonly parse: RequestHandler;
  readonly tell: (request: Request) => Promise<{ accepted: true }>;
} {
  const { service, secrets, limit, failedRuns } = options;
  return {
    admit: async (request, _response, next) => {
      assertSecret(request, secrets);
      await limit.take(request.params.instance ?? '');
      next();
    },
    // Whatever the sender calls it.
    parse: express.json({ limit: '64kb', type: () => true }),
    async tell(request) {
      const instance = service.instance(request.params.instance ?? '');
      for (const run of alertedRuns(request.body)) await failedRuns.tell(instance, run);
      // DolphinScheduler takes an answer without a body for a failure.
      return { accepted: true };
    },
  };
}
