import { createClient, type DolphinSchedulerClient } from '@dolphinstage/dolphinscheduler-client';
import { ADMINISTRATOR, FACTORY_PASSWORD, type Endpoint, type Home } from '@dolphinstage/embedded';
import { TOKEN } from './embedded-target';

const SERVICE_USER = 'dolphinstage';
const TOKEN_YEARS = 10;

/** What tasks find in their environment; paths only, never a secret: it can be read through the API. */
export interface TaskEnvironment {
  name: string;
  node: string;
  bundles: string;
  connections: string;
}

/**
 * The administrator, whose password is ours from the first time on.
 */
export async function administrator(endpoint: Endpoint): Promise<DolphinSchedulerClient> {
  const { url, password = '' } = endpoint;
  const user = endpoint.user ?? ADMINISTRATOR;
  try {
    const client = await createClient({ url, user, password });
    await client.currentUser();
    return client;
  } catch {
    const client = await createClient({ url, user, password: FACTORY_PASSWORD });
    await client.users.update(await client.currentUser(), { password });
    return createClient({ url, user, password });
  }
}

/** Makes the tenant, the service user with its token, and the environment, unless they are there. */
export async function prepareScheduler(
  home: Home,
  endpoint: Endpoint,
  tenantCode: string,
  environment: TaskEnvironment,
): Promise<void> {
  const admin = await administrator(endpoint);
  const tenant =
    (await admin.tenants.find(tenantCode)) ??
    (await admin.tenants.create({ tenantCode, description: 'made by dolphinstage up' }));
  const user =
    (await admin.users.find(SERVICE_USER)) ??
    (await admin.users.create({
      userName: SERVICE_USER,
      password: home.secret('dolphinscheduler.service-user'),
      email: 'dolphinstage@example.com',
      tenantId: tenant.id,
    }));
  if (!home.knownSecret(TOKEN)) {
    const expires = new Date();
    expires.setFullYear(expires.getFullYear() + TOKEN_YEARS);
    home.keepSecret(TOKEN, await admin.users.createToken(user.id, expires));
  }
  const wanted = {
    name: environment.name,
    description: 'made by dolphinstage up',
    workerGroups: ['default'],
    config: [
      `export DOLPHINSTAGE_NODE='${environment.node}'`,
      `export DOLPHINSTAGE_BUNDLES='${environment.bundles}'`,
      // Double quotes: the OS user is known only when a task starts.
      `export DOLPHINSTAGE_CONNECTIONS="${environment.connections}"`,
    ].join('\n'),
  };
  const live = await admin.environments.find(environment.name);
  if (!live) await admin.environments.create(wanted);
  else if (live.config !== wanted.config) await admin.environments.update({ ...live, ...wanted });
}
