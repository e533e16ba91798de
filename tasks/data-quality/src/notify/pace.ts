/** Slack takes one message a second and channel, and short bursts: a second one may follow at once. In ms. https://docs.slack.dev/apis/web-api/rate-limits */
const BETWEEN_MS = 1_000;
const BURST_MS = BETWEEN_MS;

/** How fast messages go to a channel: all partitions of a replica share it (generic cell rate algorithm). */
export class Pace {
  /** When the next one would be due if they went out evenly, in ms since 1970. */
  private evenlyAt = 0;

  mayGo(now: number): boolean {
    return now >= this.evenlyAt - BURST_MS;
  }

  /** One goes. */
  went(now: number): void {
    this.evenlyAt = Math.max(now, this.evenlyAt) + BETWEEN_MS;
  }
}
