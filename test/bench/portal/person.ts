import { setTimeout as pause } from 'node:timers/promises';
import axios, { type AxiosInstance } from 'axios';

/** Somebody who is signed in at a portal. */
export type Person = AxiosInstance;

/** Signs in as the guest. */
export async function signIn(url: string): Promise<Person> {
  const { data } = await axios.get<{ backstageIdentity: { token: string } }>(
    `${url}/api/auth/guest/refresh`,
    { headers: { 'X-Requested-With': 'XMLHttpRequest' }, proxy: false },
  );
  return axios.create({
    baseURL: `${url}/api/dolphinscheduler/v1`,
    headers: { Authorization: `Bearer ${data.backstageIdentity.token}` },
    proxy: false,
  });
}

/** A page's path, and every how many seconds an open page asks for it again. */
export type Page = readonly [path: string, seconds: number];

/**
 * Looks at pages as the frontend does: each is asked for at once, and again after so long.
 *
 * @param random - how the looks of several people are spread.
 */
export async function lookAt(
  person: Person,
  pages: readonly Page[],
  { signal, random }: { readonly signal: AbortSignal; readonly random: () => number },
): Promise<void> {
  await Promise.all(
    pages.map(async ([path, seconds]) => {
      await pause(random() * seconds * 1000, undefined, { signal }).catch(() => undefined);
      while (!signal.aborted) {
        await person.get(path);
        await pause(seconds * 1000, undefined, { signal }).catch(() => undefined);
      }
    }),
  );
}
