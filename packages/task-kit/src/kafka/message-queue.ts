/** A message as it stands in the log. @public */
export interface ReadMessage {
  readonly offset: bigint;
  readonly value: Buffer;
}

/**
 * Hands messages from the one who fetches to the one who reads, so that both work at the same time.
 *
 * @internal
 */
export class MessageQueue {
  private readonly messages: ReadMessage[] = [];
  private bytes = 0;
  private closed = false;
  private failure: Error | undefined;
  private changed = Promise.withResolvers<void>();

  /** @param capacity - bytes that may wait before `put` does. */
  constructor(private readonly capacity: number) {}

  /** Adds a message; resolves when there is room for another one, or nobody reads any more. */
  async put(message: ReadMessage): Promise<void> {
    this.messages.push(message);
    this.bytes += message.value.length;
    this.change();
    while (this.bytes >= this.capacity && !this.closed) await this.changed.promise;
  }

  /**
   * The next message, waited for at most `limitMs`.
   *
   * @throws what `fail` was told, when nothing is left before it; `silent()` when nothing comes in time.
   */
  async take(limitMs: number, silent: () => Error): Promise<ReadMessage> {
    const limit = setTimeout(() => this.fail(silent()), limitMs);
    try {
      for (;;) {
        const message = this.messages.shift();
        if (message) {
          this.bytes -= message.value.length;
          this.change();
          return message;
        }
        if (this.failure) throw this.failure;
        await this.changed.promise;
      }
    } finally {
      clearTimeout(limit);
    }
  }

  /** Nothing comes after what is already there. */
  fail(error: Error): void {
    this.failure ??= error;
    this.change();
  }

  /** Nobody takes any more: whoever waits with `put` goes on. */
  close(): void {
    this.closed = true;
    this.messages.length = 0;
    this.change();
  }

  private change(): void {
    this.changed.resolve();
    this.changed = Promise.withResolvers<void>();
  }
}
