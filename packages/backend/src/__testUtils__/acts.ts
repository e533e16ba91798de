import type { RunDetail } from '@dolphinstage/plugin-dolphinscheduler-common';
import type { Night } from './workflows';

/** What the server itself has, of what {@link tryActs} could change. */
export interface ServerState {
  readonly runs: number;
  /** How often the run that is repeated has run. */
  readonly times: number;
  readonly schedule: 'ONLINE' | 'OFFLINE' | undefined;
}

export async function serverState(night: Night, run: RunDetail): Promise<ServerState> {
  const runs = await night.runs();
  return {
    runs: runs.length,
    times: runs.find(({ id }) => id === run.id)?.runTimes ?? 0,
    schedule: await night.schedule(),
  };
}

/** What somebody was told of an act. */
export interface Told {
  readonly status: number;
  readonly body: { readonly error: { readonly message: string; readonly stack?: string } };
}

/** Starts, pauses, repeats and back-fills at once, each with one further run or change at most. */
export async function tryActs({ portal, path }: Night, run: RunDetail): Promise<Told[]> {
  const acts = [
    ['/runs', {}],
    ['/schedule/pause', {}],
    [`/runs/${run.id}/repeat`, {}],
    ['/backfill', { from: '2026-01-01', until: '2026-01-01', mode: 'serial' }],
  ] as const;
  return Promise.all(acts.map(([more, body]) => portal.post(path(more), body).timeout(120_000)));
}

/** Each is told that nothing has been done, or that it isn't known. @param instance - where they were tried. */
export function expectTold(told: readonly Told[], instance: string): void {
  for (const { status, body } of told) {
    expect([503, 504]).toContain(status);
    const words = status === 503 ? 'Nothing has been done' : 'not known';
    expect(body.error.message).toMatch(new RegExp(`^${instance}: .*${words}`));
  }
}

/** What may have happened is what isn't known, and no more. */
export function expectNoMore(before: ServerState, after: ServerState, told: readonly Told[]): void {
  const [start, pause, repeat, backfill] = told.map(({ status }) => (status === 504 ? 1 : 0));
  const within = (value: number, most: number) => value >= 0 && value <= most;
  expect({
    runs: within(after.runs - before.runs, start! + backfill!),
    times: within(after.times - before.times, repeat!),
    schedule: pause ? true : after.schedule === before.schedule,
  }).toEqual({ runs: true, times: true, schedule: true });
}
