import { pageOf, Refusal, remove, rowOf, TIME, type Handlers } from './exchange';
import type { Store } from './store';

/** Users, tokens, tenants, queues and grants. */
export function accountHandlers(store: Store): Handlers {
  const tenantCodeOf = (id: number) => store.tenants.find(row => row.id === id)?.tenantCode ?? null;
  const userFields = (fields: Readonly<Record<string, string>>) => ({
    userName: fields.userName,
    userPassword: null,
    email: fields.email,
    phone: fields.phone ?? '',
    tenantId: Number(fields.tenantId),
    tenantCode: tenantCodeOf(Number(fields.tenantId)),
    queue: fields.queue ?? '',
    state: Number(fields.state ?? 1),
  });
  const grant =
    (what: string) =>
    ({ fields }: { fields: Readonly<Record<string, string>> }) => {
      rowOf(store.users, 'id', fields.userId, 10010);
      store.grants.push(`${what} ${JSON.stringify(fields)}`);
      return null;
    };
  const projectGrant = (fields: Readonly<Record<string, string>>) =>
    `project ${fields.projectCode} to ${fields.userId}`;
  return {
    'GET /users/get-user-info': () => store.users[0],
    'GET /users/list-paging': ({ fields }) => pageOf(store.users, fields, 'userName'),
    'GET /users/list': () => store.users,
    'GET /users/list-all': () => store.users,
    'POST /users/create': ({ fields }) => {
      if (store.users.some(row => row.userName === fields.userName)) {
        throw new Refusal(10003, 'user name already exists');
      }
      const user = { id: store.id(), userType: 'GENERAL_USER', ...userFields(fields) };
      store.users.push(user);
      return user;
    },
    'POST /users/update': ({ fields }) => {
      const user = rowOf(store.users, 'id', fields.id, 10010);
      return Object.assign(user, userFields(fields));
    },
    'POST /users/delete': ({ fields }) => {
      remove(store.users, rowOf(store.users, 'id', fields.id, 10010));
      return null;
    },
    'POST /users/grant-project-by-code': ({ fields }) => {
      rowOf(store.users, 'id', fields.userId, 10010);
      store.grants.push(projectGrant(fields));
      return null;
    },
    'POST /users/grant-project': grant('projects'),
    'POST /users/grant-project-with-read-perm': grant('read'),
    'POST /users/revoke-project': ({ fields }) => {
      rowOf(store.users, 'id', fields.userId, 10010);
      const at = store.grants.indexOf(projectGrant(fields));
      if (at >= 0) store.grants.splice(at, 1);
      return null;
    },
    'POST /users/grant-file': grant('files'),
    'POST /users/grant-datasource': grant('datasources'),
    'GET /projects/authed-project': ({ fields }) =>
      store.projects.filter(({ code }) =>
        store.grants.includes(projectGrant({ ...fields, projectCode: String(code) })),
      ),
    'GET /datasources/authed-datasource': () => [],
    'GET /resources/authed-file': () => [],
    'POST /access-tokens': ({ fields }) => {
      const token = {
        id: store.id(),
        userId: Number(fields.userId),
        token: `token-of-${fields.userId ?? ''}-${store.id()}`,
        expireTime: fields.expireTime,
      };
      store.tokens.push(token);
      return token;
    },
    'GET /access-tokens': ({ fields }) => pageOf(store.tokens, fields),
    'GET /access-tokens/user/{userId}': ({ fields }) =>
      store.tokens.filter(row => String(row.userId) === fields.userId),
    'DELETE /access-tokens/{id}': ({ fields }) => {
      remove(store.tokens, rowOf(store.tokens, 'id', fields.id, 70015));
      return null;
    },
    'GET /tenants': ({ fields }) => pageOf(store.tenants, fields, 'tenantCode'),
    'GET /tenants/list': () => store.tenants,
    'POST /tenants': ({ fields }) => {
      if (store.tenants.some(row => row.tenantCode === fields.tenantCode)) {
        throw new Refusal(10009, 'tenant code already exists');
      }
      const tenant = {
        id: store.id(),
        tenantCode: fields.tenantCode,
        description: fields.description ?? '',
        queueId: Number(fields.queueId),
        createTime: TIME,
        updateTime: TIME,
      };
      store.tenants.push(tenant);
      return tenant;
    },
    'PUT /tenants/{id}': ({ fields }) =>
      Object.assign(rowOf(store.tenants, 'id', fields.id, 10017), {
        tenantCode: fields.tenantCode,
        description: fields.description ?? '',
        queueId: Number(fields.queueId),
      }),
    'DELETE /tenants/{id}': ({ fields }) => {
      remove(store.tenants, rowOf(store.tenants, 'id', fields.id, 10017));
      return null;
    },
    'GET /queues': ({ fields }) => pageOf(store.queues, fields, 'queueName'),
    'GET /queues/list': () => store.queues,
    'POST /queues': ({ fields }) => {
      if (store.queues.some(row => row.queueName === fields.queueName)) {
        throw new Refusal(10130, 'queue name already exists');
      }
      const queue = { id: store.id(), queueName: fields.queueName, queue: fields.queue };
      store.queues.push(queue);
      return queue;
    },
    'PUT /queues/{id}': ({ fields }) =>
      Object.assign(rowOf(store.queues, 'id', fields.id, 10128), {
        queueName: fields.queueName,
        queue: fields.queue,
      }),
    'DELETE /queues/{id}': ({ fields }) => {
      remove(store.queues, rowOf(store.queues, 'id', fields.id, 10128));
      return null;
    },
  };
}
