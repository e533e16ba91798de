import { z } from 'zod';
import type { DolphinSchedulerClient, ProjectParameter } from '../client';
import type { Dialect } from '../dialects/dialect';
import { refuse } from '../dialects/forms';
import { eachRow, named, readAll } from '../http/pages';
import type { Requester } from '../http/requester';
import { textOrEmpty } from '../http/shapes';
import type { Fields } from '../http/transport';
import { createOnce } from './create-once';

const TEXT = 'VARCHAR';

const parameter: z.ZodType<ProjectParameter> = z
  .object({
    code: z.number(),
    paramName: z.string(),
    paramValue: textOrEmpty,
    paramDataType: textOrEmpty,
  })
  .transform(({ code, paramName, paramValue, paramDataType }) => ({
    code,
    name: paramName,
    value: paramValue,
    type: paramDataType || TEXT,
  }));

export function createProjectParameters(
  http: Requester,
  { capabilities }: Dialect,
): DolphinSchedulerClient['projectParameters'] {
  const pathOf = (projectCode: number) => {
    const path = `/projects/${projectCode}/project-parameter`;
    if (capabilities.projectParameters) return path;
    return refuse('this server has no project parameters', path, "Use a workflow's parameters.");
  };
  const formOf = ({ name, value, type = TEXT }: Omit<ProjectParameter, 'code'>): Fields => {
    const form = { projectParameterName: name, projectParameterValue: value };
    if (capabilities.projectParameterTypes) return { ...form, projectParameterDataType: type };
    if (type === TEXT) return form;
    return refuse(
      `project parameter "${name}": this server has no type ${type}`,
      'project parameter',
      'Leave the type out: it is text here.',
    );
  };
  const find = async (projectCode: number, name: string) => {
    const rows = await readAll(http, pathOf(projectCode), parameter, named(name));
    return rows.find(row => row.name === name);
  };
  return {
    async *listAll(projectCode) {
      yield* eachRow(http, pathOf(projectCode), parameter, ({ code }) => code);
    },
    find,
    async create(projectCode, spec) {
      const path = pathOf(projectCode);
      const form = formOf(spec);
      return createOnce(http, {
        what: `project parameter "${spec.name}"`,
        send: () => http.send({ method: 'POST', path, form }, parameter),
        find: () => find(projectCode, spec.name),
        isOurs: found => found.value === spec.value && found.type === (spec.type ?? TEXT),
      });
    },
    async update(projectCode, spec) {
      const path = `${pathOf(projectCode)}/${spec.code}`;
      await http.command({ method: 'PUT', path, form: formOf(spec), repeatable: true });
    },
    async delete(projectCode, code) {
      const path = `${pathOf(projectCode)}/delete`;
      await http.command({ method: 'POST', path, form: { code }, repeatable: true, deletes: true });
    },
  };
}
