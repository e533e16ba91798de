import type { Admin } from 'kafkajs';
import { keyOf } from './slot';
import type { LogEnd } from './work';

/** How often the ends of the logs are asked for, in ms. */
const ASK_MS = 500;

/** Where the logs of a stage's topics end, asked again and again. */
export class LogEnds {
  private readonly ends = new Map<string, LogEnd>();
  private timer: NodeJS.Timeout | undefined;
  private asking = false;
  private failing = false;

  constructor(
    private readonly admin: Admin,
    private readonly topics: readonly string[],
    private readonly onProblem: (error: unknown) => void,
  ) {}

  start(): void {
    this.timer = setInterval(() => void this.ask(), ASK_MS);
  }

  stop(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }

  of(topic: string, partition: number): LogEnd | undefined {
    return this.ends.get(keyOf(topic, partition));
  }

  private async ask(): Promise<void> {
    if (this.asking) return;
    this.asking = true;
    try {
      for (const topic of this.topics) {
        const askedAt = Date.now();
        for (const { partition, high } of await this.admin.fetchTopicOffsets(topic)) {
          this.ends.set(keyOf(topic, partition), { askedAt, high: Number(high) });
        }
      }
      this.failing = false;
    } catch (error) {
      // Asked twice a second: said once.
      if (this.timer && !this.failing) this.onProblem(error);
      this.failing = true;
    } finally {
      this.asking = false;
    }
  }
}
