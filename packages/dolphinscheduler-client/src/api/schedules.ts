import { z } from 'zod';
import type { DolphinSchedulerClient, Schedule, ScheduleSpec } from '../client';
import type { Dialect } from '../dialects/dialect';
import { ClientError } from '../errors';
import { readAll } from '../http/pages';
import type { Requester } from '../http/requester';
import { orAbsent } from './absent';
import { createOnce } from './create-once';

const ALREADY_IN_THIS_STATE = [10126];
/** Not there; or, when it was deleted at this very moment, not deletable. */
const ABSENT = [10022, 50024];

/** How often to look whether an earlier one has come to light. */
const LOOKS = 3;
const LOOK_MS = 150;

const isSame = (found: Schedule, spec: ScheduleSpec) =>
  found.crontab === spec.crontab &&
  found.timezoneId === spec.timezoneId &&
  found.startTime === spec.startTime &&
  found.endTime === spec.endTime;

const noPolicy = (endpoint: string) =>
  new ClientError('CLIENT_UNSUPPORTED', 'the server ignores what to do about missed times', {
    endpoint,
    todo: 'Leave missedFirePolicy out, or take a server of 3.4.3 or later.',
  });

export function createSchedules(
  http: Requester,
  { capabilities, terms, forms, shapes }: Dialect,
): DolphinSchedulerClient['schedules'] {
  const paths = (projectCode: number) => `/projects/${projectCode}/schedules`;
  const list = (projectCode: number, workflowDefinitionCode: number) =>
    readAll(http, paths(projectCode), shapes.schedule, {
      [terms.definitionCode]: workflowDefinitionCode,
    });
  /** 3.4.0 to 3.4.2 drop it without a word. */
  const ignored = (spec: ScheduleSpec, made: Schedule | undefined) =>
    spec.missedFirePolicy !== undefined && made?.missedFirePolicy !== spec.missedFirePolicy;
  const remove = (projectCode: number, id: number) =>
    http.command({ method: 'DELETE', path: `${paths(projectCode)}/${id}`, repeatable: true });
  /**
   * Of several that were created at once the one with the lowest id stays. An id is given before its row can be
   * seen, so each looks more than once, and whoever sees that another is too many removes it: the last to
   * become visible sees all.
   */
  const isTheOne = async (projectCode: number, made: Schedule) => {
    if (capabilities.oneSchedulePerWorkflow) return true;
    for (let look = 0; look < LOOKS; look++) {
      if (look > 0) await http.pause(LOOK_MS);
      const all = await list(projectCode, made.workflowDefinitionCode);
      const first = all.every(({ id }) => id >= made.id);
      const tooMany = first ? all.filter(({ id }) => id > made.id) : [made];
      await Promise.all(tooMany.map(({ id }) => orAbsent(ABSENT, remove(projectCode, id))));
      if (!first) return false;
    }
    return true;
  };
  return {
    list,
    listOfProject: async projectCode =>
      (await http.send(
        // A question, although it is a POST: it may be repeated.
        { method: 'POST', path: `${paths(projectCode)}/list`, repeatable: true },
        z.array(shapes.schedule).nullish(),
      )) ?? [],
    // A schedule has no name; and with a second one no start of the workflow works on 3.1.
    async create(projectCode, spec) {
      const path = paths(projectCode);
      const conflict = () =>
        new ClientError('CLIENT_CONFLICT', 'the workflow has a schedule already', {
          endpoint: `POST ${path}`,
          todo: 'Update that schedule, or delete it first.',
        });
      const find = async () => (await list(projectCode, spec.workflowDefinitionCode))[0];
      if (await find()) throw conflict();
      const made = await createOnce(http, {
        what: `the schedule of workflow ${spec.workflowDefinitionCode}`,
        send: () =>
          http.send({ method: 'POST', path, form: forms.schedule(spec) }, shapes.schedule),
        find,
        isOurs: found => isSame(found, spec),
      });
      if (!(await isTheOne(projectCode, made))) throw conflict();
      if (ignored(spec, made)) {
        await remove(projectCode, made.id);
        throw noPolicy(`POST ${path}`);
      }
      return made;
    },
    async update(projectCode, id, spec) {
      const { [terms.definitionCode]: _, ...form } = forms.schedule(spec);
      const path = `${paths(projectCode)}/${id}`;
      await http.command({ method: 'PUT', path, form, repeatable: true });
      if (!spec.missedFirePolicy) return;
      const all = await list(projectCode, spec.workflowDefinitionCode);
      if (
        ignored(
          spec,
          all.find(each => each.id === id),
        )
      )
        throw noPolicy(`PUT ${path}`);
    },
    async release(projectCode, id, state) {
      const path = `${paths(projectCode)}/${id}/${state === 'ONLINE' ? 'online' : 'offline'}`;
      await orAbsent(
        ALREADY_IN_THIS_STATE,
        http.command({ method: 'POST', path, repeatable: true }),
      );
    },
    delete: remove,
    preview: (projectCode, { startTime, endTime, crontab, timezoneId }) =>
      http.send(
        {
          method: 'POST',
          path: `${paths(projectCode)}/preview`,
          form: { schedule: JSON.stringify({ startTime, endTime, crontab, timezoneId }) },
          repeatable: true,
        },
        z.array(z.string()),
      ),
  };
}
