import { z } from 'zod';
import type { DolphinSchedulerClient, Schedule, ScheduleSpec } from '../client';
import type { Dialect } from '../dialects/dialect';
import { ClientError } from '../errors';
import { readAll } from '../http/pages';
import type { Requester } from '../http/requester';
import { orAbsent } from './absent';
import { createOnce } from './create-once';

const ALREADY_IN_THIS_STATE = [10126];

const isSame = (found: Schedule, spec: ScheduleSpec) =>
  found.crontab === spec.crontab &&
  found.timezoneId === spec.timezoneId &&
  found.startTime === spec.startTime &&
  found.endTime === spec.endTime;

export function createSchedules(
  http: Requester,
  { terms, forms, shapes }: Dialect,
): DolphinSchedulerClient['schedules'] {
  const paths = (projectCode: number) => `/projects/${projectCode}/schedules`;
  const list = (projectCode: number, workflowDefinitionCode: number) =>
    readAll(http, paths(projectCode), shapes.schedule, {
      [terms.definitionCode]: workflowDefinitionCode,
    });
  const remove = (projectCode: number, id: number) =>
    http.command({ method: 'DELETE', path: `${paths(projectCode)}/${id}`, repeatable: true });
  return {
    list,
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
      const all = await list(projectCode, spec.workflowDefinitionCode);
      if (all.some(other => other.id < made.id)) {
        // Somebody was faster between our look and our creation.
        await remove(projectCode, made.id);
        throw conflict();
      }
      return made;
    },
    update(projectCode, id, spec) {
      const { [terms.definitionCode]: _, ...form } = forms.schedule(spec);
      const path = `${paths(projectCode)}/${id}`;
      return http.command({ method: 'PUT', path, form, repeatable: true });
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
