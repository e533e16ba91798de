import { z } from 'zod';
import type { AlertGroup, AlertPluginInstance, DolphinSchedulerClient } from '../client';
import type { Dialect } from '../dialects/dialect';
import { ClientError } from '../errors';
import { eachRow, named, readAll } from '../http/pages';
import type { Requester } from '../http/requester';
import { jsonText, textOrEmpty } from '../http/shapes';
import type { Fields } from '../http/transport';
import { createOnce } from './create-once';

const GROUPS = '/alert-groups';
const INSTANCES = '/alert-plugin-instances';
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

const publicPart = ({ id, instanceName }: AlertPluginInstance): AlertPluginInstance => ({
  id,
  instanceName,
});

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
    const groups = await readAll(http, GROUPS, alertGroup, query);
    return groups.find(group => group.groupName === groupName);
  };
  const findRow = async (instanceName: string) => {
    const query = named(instanceName);
    const rows = await readAll(http, INSTANCES, pluginInstance, query);
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
  const webhookForm = async (url: string) => {
    const values = webhookValues(url);
    const { id, form } = await readHttpPlugin();
    const filled = form.map(each => ({ ...each, value: values[each.field] ?? each.value }));
    return { pluginDefineId: id, pluginInstanceParams: JSON.stringify(filled) };
  };
  const remove = (path: string) => http.command({ method: 'DELETE', path, repeatable: true });
  return {
    findGroup,
    listAllGroups: () => eachRow(http, GROUPS, alertGroup, ({ id }) => id),
    deleteGroup: id => remove(`${GROUPS}/${id}`),
    // Their parameters, which may hold a secret, stop here.
    listAllInstances: () =>
      eachRow(http, INSTANCES, pluginInstance.transform(publicPart), ({ id }) => id),
    deleteInstance: id => remove(`${INSTANCES}/${id}`),
    createGroup: group =>
      createOnce(http, {
        what: `alert group "${group.groupName}"`,
        send: () => http.command({ method: 'POST', path: GROUPS, form: formOf(group) }),
        find: () => findGroup(group.groupName),
        isOurs: found =>
          found.description === group.description &&
          found.alertInstanceIds.join() === group.alertInstanceIds.join(),
      }),
    updateGroup: group =>
      http.command({
        method: 'PUT',
        path: `${GROUPS}/${group.id}`,
        form: formOf(group),
        repeatable: true,
      }),
    async findInstance(instanceName) {
      const row = await findRow(instanceName);
      return row && publicPart(row);
    },
    async createWebhook({ instanceName, url }) {
      const form = { instanceName, ...(await webhookForm(url)), ...forms.alertInstance };
      const row = await createOnce(http, {
        what: `alert instance "${instanceName}"`,
        send: () => http.command({ method: 'POST', path: INSTANCES, form }),
        find: () => findRow(instanceName),
        isOurs: found => found.pluginInstanceParams.includes(url),
      });
      return publicPart(row);
    },
    async updateWebhook(id, { instanceName, url }) {
      const { pluginInstanceParams } = await webhookForm(url);
      // Of which kind it is stays.
      const { instanceType: _, ...kept } = forms.alertInstance;
      await http.command({
        method: 'PUT',
        path: `${INSTANCES}/${id}`,
        form: { instanceName, pluginInstanceParams, ...kept },
        repeatable: true,
      });
    },
  };
}
