import { ClientError } from '../errors';

/** Answers undefined where the server says, with one of these codes, that there is no such thing. */
export async function orAbsent<T>(
  absentCodes: readonly number[],
  answer: Promise<T>,
): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    const code = error instanceof ClientError ? error.serverCode : undefined;
    if (code !== undefined && absentCodes.includes(code)) return undefined;
    throw error;
  }
}
