import type { LoggerService } from '@backstage/backend-plugin-api';
import {
  ClientError,
  isClientError,
  type ClientErrorCode,
} from '@dolphinstage/dolphinscheduler-client';
import {
  circuitBreaker,
  ConsecutiveBreaker,
  ExponentialBackoff,
  handleWhen,
  isBrokenCircuitError,
  type CircuitBreakerPolicy,
} from 'cockatiel';

/** So many attempts in a row must fail. */
const FAILURES = 5;
/** Then nothing is asked for so long; after another failure twice as long, up to the longest. */
const FIRST_REST_MS = 1_000;
const LONGEST_REST_MS = 15_000;

/** What each means for somebody who looks at the portal: no address, no secret. */
const PROBLEMS: Partial<Record<ClientErrorCode, string>> = {
  CLIENT_UNREACHABLE: 'DolphinScheduler does not answer',
  CLIENT_TIMEOUT: 'DolphinScheduler has not answered in time',
  CLIENT_BUSY: 'DolphinScheduler takes no more requests now',
  CLIENT_SERVER: 'DolphinScheduler has failed, or what stands before it',
  CLIENT_UNEXPECTED_ANSWER: 'something else answers in the place of DolphinScheduler',
  CLIENT_UNSUPPORTED: 'what answers is no DolphinScheduler that the portal knows',
  CLIENT_UNAUTHORIZED: "DolphinScheduler does not accept the portal's token",
};

/**
 * Why a server can't be asked, for people; undefined for an error that says something of what was asked for.
 *
 * @public
 */
export function problemOf(error: unknown): string | undefined {
  // One with a code of its own is the server's word about the request.
  if (!isClientError(error) || error.serverCode !== undefined) return undefined;
  return PROBLEMS[error.code];
}

/**
 * Leaves a server alone that doesn't answer: after some failures in a row nothing is sent for a while, and then one
 * request, whose answer decides. So who looks meanwhile isn't kept waiting, and who comes back isn't run over.
 */
export class Away {
  readonly #breaker: CircuitBreakerPolicy;
  /** What the last attempt failed with. */
  #last: ClientError | undefined;

  /** @param name - of the instance, for people. */
  constructor(
    private readonly name: string,
    private readonly logger: LoggerService,
  ) {
    this.#breaker = circuitBreaker(
      handleWhen(error => problemOf(error) !== undefined),
      {
        breaker: new ConsecutiveBreaker(FAILURES),
        halfOpenAfter: new ExponentialBackoff({
          initialDelay: FIRST_REST_MS,
          maxDelay: LONGEST_REST_MS,
        }),
      },
    );
  }

  /** Why the last attempt got no answer; undefined where it got one. */
  get problem(): string | undefined {
    return problemOf(this.#last);
  }

  /** @throws ClientError like the last one, at once, while the server is left alone; what `attempt` throws. */
  readonly guard = async <T>(attempt: () => Promise<T>): Promise<T> => {
    try {
      const answer = await this.#breaker.execute(attempt);
      this.#tell(undefined);
      return answer;
    } catch (error) {
      if (isBrokenCircuitError(error)) throw this.#leftAlone();
      this.#tell(problemOf(error) === undefined ? undefined : (error as ClientError));
      throw error;
    }
  };

  #tell(error: ClientError | undefined): void {
    const changed = (this.#last === undefined) !== (error === undefined);
    this.#last = error;
    if (!changed) return;
    // The one place that says where it failed: people who look get no addresses.
    if (error) {
      this.logger.warn(`DolphinScheduler ${this.name}: ${error.message} (${error.endpoint})`);
    } else {
      this.logger.info(`DolphinScheduler ${this.name} answers again`);
    }
  }

  #leftAlone(): ClientError {
    return new ClientError(
      this.#last?.code ?? 'CLIENT_UNREACHABLE',
      'DolphinScheduler is left alone for some seconds, since it did not answer',
      {
        endpoint: this.#last?.endpoint ?? 'no request',
        todo: 'Check that the server is well; it is tried again by itself.',
      },
    );
  }
}
