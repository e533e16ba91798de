import { InputError } from '@backstage/errors';
import { isDolphinstageError, type DolphinstageError } from '@dolphinstage/common';
import { isClientError } from '@dolphinstage/dolphinscheduler-client';

/** Where nothing answers, what the network says names the address. */
function said(error: DolphinstageError): readonly (string | undefined)[] {
  if (isClientError(error, 'CLIENT_UNREACHABLE', 'CLIENT_TIMEOUT')) {
    return ['DolphinScheduler does not answer', undefined, 'Try again, or ask who runs it.'];
  }
  return [error.message, error.where, error.todo];
}

/**
 * Runs what talks to DolphinScheduler. The scaffolder shows an error's message, and that of its cause, so that what to do
 * must stand in it; the server's address must not.
 *
 * @throws InputError in place of errors of our own packages; others as they are.
 */
export async function explained<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isDolphinstageError(error)) throw error;
    const [message, where, todo] = said(error);
    const lines = [message, where && `  where: ${where}`, todo && `  do: ${todo}`];
    throw new InputError(lines.filter(Boolean).join('\n'));
  }
}
