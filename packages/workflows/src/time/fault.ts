/** Why a time expression can't be worked out. */
export class TimeFault extends Error {
  /** A server works it out all the same, by its own locale. */
  readonly serversOwn: boolean;

  constructor(message: string, { serversOwn = false }: { readonly serversOwn?: boolean } = {}) {
    super(message);
    this.name = 'TimeFault';
    this.serversOwn = serversOwn;
  }
}
