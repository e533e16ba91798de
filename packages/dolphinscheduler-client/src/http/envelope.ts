import { redact } from '@dolphinstage/common';
import { z } from 'zod';
import { ClientError } from '../errors';
import { meaningOf } from './status-codes';
import type { RawAnswer } from './transport';

/** What the server put around everything: `code` decides, the HTTP status doesn't. */
const envelope = z.object({
  code: z.number(),
  msg: z.string().nullish(),
  data: z.unknown(),
});

const LONGEST_MESSAGE = 300;

function notAnEnvelope(answer: RawAnswer, endpoint: string): ClientError {
  const { status } = answer;
  if (status === 401) {
    return new ClientError('CLIENT_UNAUTHORIZED', 'DolphinScheduler does not know this token', {
      endpoint,
      todo: 'Make a new token: this one is wrong, has expired, or its user is disabled.',
    });
  }
  if (status === 403) {
    return new ClientError('CLIENT_FORBIDDEN', 'something before DolphinScheduler forbids this', {
      endpoint,
      todo: 'Ask who runs the proxy or gateway in front of the server.',
    });
  }
  if (status === 429) {
    return new ClientError('CLIENT_BUSY', 'DolphinScheduler takes no more requests now', {
      endpoint,
      todo: "Try again later, or raise the server's traffic.control.",
    });
  }
  if (status >= 500) {
    return new ClientError('CLIENT_SERVER', `the server failed with HTTP status ${status}`, {
      endpoint,
      unclear: true,
      todo: "Look into the server's log.",
    });
  }
  return new ClientError(
    'CLIENT_UNEXPECTED_ANSWER',
    `HTTP status ${status} without an answer of DolphinScheduler`,
    {
      endpoint,
      unclear: true,
      todo: "Check that the URL ends with the server's context path, mostly /dolphinscheduler, and that no login page is before it.",
    },
  );
}

function unexpectedShape(error: z.ZodError, endpoint: string): ClientError {
  const [issue] = error.issues;
  const path = issue?.path.length ? issue.path.join('.') : 'data';
  return new ClientError(
    'CLIENT_UNEXPECTED_ANSWER',
    // Never the value: it may be a secret.
    `the answer has another shape at ${path}: ${issue?.message ?? 'unknown'}`,
    {
      endpoint,
      unclear: true,
      todo: 'Check that the server is of a supported line, then report this.',
    },
  );
}

/**
 * The answer's data in the shape expected.
 *
 * @throws ClientError with the code that stands for the server's, or `CLIENT_UNEXPECTED_ANSWER`.
 */
export function openEnvelope<T>(answer: RawAnswer, endpoint: string, shape: z.ZodType<T>): T {
  let json: unknown;
  try {
    json = JSON.parse(answer.text);
  } catch {
    throw notAnEnvelope(answer, endpoint);
  }
  const outer = envelope.safeParse(json);
  if (!outer.success) throw notAnEnvelope(answer, endpoint);
  const { code, msg, data } = outer.data;
  if (code !== 0) {
    const meaning = meaningOf(code);
    const message = redact(msg ?? '').slice(0, LONGEST_MESSAGE) || `code ${code}`;
    throw new ClientError(meaning.code, message, {
      endpoint,
      serverCode: code,
      todo: meaning.todo,
    });
  }
  const inner = shape.safeParse(data);
  if (!inner.success) throw unexpectedShape(inner.error, endpoint);
  return inner.data;
}
