import { InputError } from '@backstage/errors';
import { isDolphinstageError } from '@dolphinstage/common';

/**
 * Runs what talks to DolphinScheduler. The scaffolder shows an error's message alone, so that what to do must stand in
 * it; the server's address must not.
 *
 * @throws InputError in place of errors of our own packages; others as they are.
 */
export async function explained<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isDolphinstageError(error)) throw error;
    const { message, where, todo } = error;
    const lines = [message, where && `  where: ${where}`, todo && `  do: ${todo}`];
    throw new InputError(lines.filter(Boolean).join('\n'), error);
  }
}
