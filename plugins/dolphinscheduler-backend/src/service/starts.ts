import { ConflictError } from '@backstage/errors';
import type {
  BackfillAnswer,
  BackfillRequest,
  StartRequest,
} from '@dolphinstage/plugin-dolphinscheduler-common';
import { acting, toIso } from '@dolphinstage/plugin-dolphinscheduler-node';
import { planBackfill, startBackfill, startRun, type BackfillPlan } from '@dolphinstage/workflows';
import { definitionOf, type Place } from './definition';

/** Typed values as they are written on a command line; each is checked against its parameter's type there. */
const asText = (params: StartRequest['params'] = {}) =>
  Object.fromEntries(Object.entries(params).map(([name, value]) => [name, String(value)]));

/** Answers the run's id. */
export async function start(place: Place, { params, dryRun }: StartRequest): Promise<number> {
  const { instance, row } = place;
  const { project, projectCode } = row;
  const run = await acting(instance.actingIn(project), async client => {
    const definition = await definitionOf(place);
    const { instanceId } = await startRun(client, {
      workflow: { project, projectCode, definition },
      params: asText(params),
      dryRun,
    });
    return instanceId;
  });
  await instance.changed('runs');
  return run;
}

/** For which times a backfill would run. */
export async function previewBackfill(
  place: Place,
  { from, until, mode, parallelism = 2, params, dryRun }: BackfillRequest,
): Promise<BackfillPlan> {
  const { project, projectCode } = place.row;
  const definition = await definitionOf(place);
  return planBackfill(await place.instance.client('person'), {
    workflow: { project, projectCode, definition },
    params: asText(params),
    dryRun,
    from: `${from} 00:00:00`,
    until: `${until} 23:59:59`,
    parallel: mode === 'serial' ? 1 : parallelism,
  });
}

/** A backfill's times as people's clocks can show them. */
export const timesOf = (place: Place, { times }: BackfillPlan): string[] =>
  times.flatMap(time => toIso(time, place.instance.timeZone) ?? []);

export async function backfill(place: Place, request: BackfillRequest): Promise<BackfillAnswer> {
  const answer = await acting(place.instance.actingIn(place.row.project), async client => {
    const plan = await previewBackfill(place, request);
    const { begun } = await startBackfill(client, plan);
    return { runs: begun, times: timesOf(place, plan) };
  });
  await place.instance.changed('runs');
  return answer;
}

/** Pauses a workflow's schedule, which an apply leaves as it is, or lets it go on. */
export async function setSchedule({ instance, row }: Place, active: boolean): Promise<void> {
  await acting(instance.actingIn(row.project), async client => {
    const schedules = await client.schedules.list(row.projectCode, row.code);
    if (schedules.length === 0) {
      throw new ConflictError(`${row.name} has no schedule: give it one in its code`);
    }
    if (active && !row.online) {
      throw new ConflictError(
        `${row.name} is offline in DolphinScheduler, where its schedule can't go on: release it first`,
      );
    }
    for (const { id } of schedules) {
      await client.schedules.release(row.projectCode, id, active ? 'ONLINE' : 'OFFLINE');
    }
  });
  await instance.changed('definitions');
}
