import { z } from 'zod';
import type { AlertGroup, DolphinSchedulerClient } from '../client';
import type { Dialect } from '../dialects/dialect';
import { ClientError } from '../errors';
import { named, readAll } from '../http/pages';
import type { Requester } from '../http/requester';
import { jsonText, textOrEmpty } from '../http/shapes';
import type { Fields } from '../http/transport';
import { createOnce } from './create-once';

const HTTP_PLUGIN = 'http';

const alertGroup: z.ZodType<AlertGroup> = z.object({
  id: z.number(),
  groupName: z.string(),
  description: textOrEmpty,
  alertInstanceIds: textOrEmpty.transform(ids =>
    ids
      .split(',')
      .filter(id => id !== '')
      .map(Number),
  ),
});

const pluginInstance = z.object({
  id: z.number(),
  instanceName: z.string(),
  pluginInstanceParams: textOrEmpty,
});

/** A field of a plugin's form; the server wants the whole form back with values in it. */
const formField = z.looseObject({ field: z.string(), value: z.unknown() });
const plugin = z.object({ id: z.number(), pluginName: z.string() });
const pluginForm = z.object({ pluginParams: jsonText(z.array(formField), []) });

const formOf = (group: Omit<AlertGroup, 'id'>): Fields => ({
  groupName: group.groupName,
  description: group.description,
  alertInstanceIds: group.alertInstanceIds.join(),
});

/** The alert arrives as JSON: `{ "source": "dolphinscheduler", "content": "<JSON of the alert>" }`. */
const webhookValues = (url: string): Record<string, string> => ({
  WarningType: 'all',
  url,
  requestType: 'POST',
  headerParams: '{"Content-Type":"application/json"}',
  bodyParams: '{"source":"dolphinscheduler"}',
  contentField: 'content',
});

export function createAlerts(
  http: Requester,
  { forms }: Dialect,
): DolphinSchedulerClient['alerts'] {
  const findGroup = async (groupName: string) => {
    const query = named(groupName);
    const groups = await readAll(http, '/alert-groups', alertGroup, query);
    return groups.find(group => group.groupName === groupName);
  };
  const findRow = async (instanceName: string) => {
    const query = named(instanceName);
    const path = '/alert-plugin-instances';
    const rows = await readAll(http, path, pluginInstance, query);
    return rows.find(row => row.instanceName === instanceName);
  };
  const readHttpPlugin = async () => {
    const path = '/ui-plugins/query-by-type';
    const query = { pluginType: 'ALERT' };
    const plugins = await http.send({ method: 'GET', path, query }, z.array(plugin));
    const found = plugins.find(each => each.pluginName.toLowerCase() === HTTP_PLUGIN);
    if (!found) {
      throw new ClientError('CLIENT_UNSUPPORTED', 'the server has no HTTP alert plugin', {
        endpoint: `GET ${path}`,
        todo: 'Install the alert plugin "http" on the alert server.',
      });
    }
    const call = { method: 'GET', path: `/ui-plugins/${found.id}` } as const;
    const { pluginParams } = await http.send(call, pluginForm);
    return { id: found.id, form: pluginParams };
  };
  return {
    listGroups: () => readAll(http, '/alert-groups', alertGroup),
    findGroup,
    createGroup: group =>
      createOnce(http, {
        what: `alert group "${group.groupName}"`,
        send: () => http.command({ method: 'POST', path: '/alert-groups', form: formOf(group) }),
        find: () => findGroup(group.groupName),
        isOurs: found =>
          found.description === group.description &&
          found.alertInstanceIds.join() === group.alertInstanceIds.join(),
      }),
    updateGroup: group =>
      http.command({
        method: 'PUT',
        path: `/alert-groups/${group.id}`,
        form: formOf(group),
        repeatable: true,
      }),
    async findInstance(instanceName) {
      const row = await findRow(instanceName);
      return row && { id: row.id, instanceName: row.instanceName };
    },
    async createWebhook({ instanceName, url }) {
      const values = webhookValues(url);
      const { id, form } = await readHttpPlugin();
      const filled = form.map(each => ({ ...each, value: values[each.field] ?? each.value }));
      const row = await createOnce(http, {
        what: `alert instance "${instanceName}"`,
        send: () =>
          http.command({
            method: 'POST',
            path: '/alert-plugin-instances',
            form: {
              pluginDefineId: id,
              instanceName,
              pluginInstanceParams: JSON.stringify(filled),
              ...forms.alertInstance,
            },
          }),
        find: () => findRow(instanceName),
        isOurs: found => found.pluginInstanceParams.includes(url),
      });
      return { id: row.id, instanceName: row.instanceName };
    },
  };
}
