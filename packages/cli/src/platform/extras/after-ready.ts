import type { Extra, ExtraContext } from './extra';

/** What is set up in a server when it is ready, by its name. */
export type AfterReady = Readonly<Record<string, () => Promise<void>>>;

/** The platform's own set-up of each server, then that of the extras in their order. */
export function withExtras(
  own: AfterReady,
  extras: readonly Extra[],
  contextOf: () => Promise<ExtraContext>,
): AfterReady {
  const all = new Map(Object.entries(own));
  for (const { afterReady = {} } of extras) {
    for (const [server, setUp] of Object.entries(afterReady)) {
      const before = all.get(server);
      all.set(server, async () => {
        await before?.();
        await setUp(await contextOf());
      });
    }
  }
  return Object.fromEntries(all);
}
