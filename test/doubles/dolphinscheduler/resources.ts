import { posix } from 'node:path';
import { pageOf, Refusal, rowOf, TIME, type Exchange, type Handlers } from './exchange';
import type { Row, Store } from './store';

const BASE = 'file:/dolphinscheduler';

/** 3.1's resources, which have ids. */
export function resourceHandlersById(store: Store): Handlers {
  const all = () => [...store.resources.values()];
  const made = ({ fields, file }: Exchange, directory: boolean) => {
    const fullName = posix.join(fields.currentDir!, fields.name!);
    if (store.resources.has(fullName)) throw new Refusal(20005, 'resource already exists');
    const row = {
      id: store.id(),
      fullName,
      directory,
      size: file?.length ?? 0,
      alias: fields.name,
    };
    store.resources.set(fullName, row);
    return row;
  };
  const byId = (id: string | undefined) => rowOf(all(), 'id', id, 20004);
  return {
    'GET /resources/{id}': ({ fields }) => {
      if (fields.fullName === undefined) return byId(fields.id);
      const found = store.resources.get(fields.fullName);
      if (!found) throw new Refusal(20004, 'resource does not exist');
      return found;
    },
    'GET /resources/{id}/query': ({ fields }) => byId(fields.id),
    'GET /resources': ({ fields }) => {
      const folder = fields.id === '-1' ? '/' : byId(fields.id).fullName;
      const inIt = all().filter(row => posix.dirname(String(row.fullName)) === folder);
      return pageOf(inIt, fields, 'alias');
    },
    'GET /resources/list': () => all(),
    'POST /resources/directory': exchange => made(exchange, true),
    'POST /resources': exchange => made(exchange, false),
    'PUT /resources/{id}': ({ fields, file }) =>
      Object.assign(byId(fields.id), { size: file?.length ?? 0 }),
    'DELETE /resources/{id}': ({ fields }) => {
      const { fullName } = byId(fields.id);
      const below = `${String(fullName)}/`;
      if (all().some(row => String(row.fullName).startsWith(below))) {
        throw new Refusal(20018, 'the folder is not empty');
      }
      store.resources.delete(String(fullName));
      return null;
    },
  };
}

/** The resources of 3.2 and later, which have the storage's paths. */
export function resourceHandlersByName(store: Store): Handlers {
  const withOwner = store.line === '3.2';
  const tenant = () => String(store.users[0]!.tenantCode);
  const root = () => `${BASE}/${tenant()}/resources`;
  const plain = (path: string) => path.replace(/\/+$/, '');
  const inside = (path: string) => {
    if (path !== '/' && path !== '' && !path.startsWith(`${BASE}/`)) {
      throw new Refusal(10208, `illegal resource path ${path}`);
    }
    return path === '/' || path === '' ? root() : plain(path);
  };
  const row = ({ fullName, directory, size }: Row) => {
    const alias = posix.basename(String(fullName));
    // 3.2's folders end with a slash.
    const slash = withOwner && directory ? '/' : '';
    return {
      id: 0,
      alias: alias + slash,
      fileName: alias + slash,
      fullName: String(fullName) + slash,
      directory,
      size,
      type: 'FILE',
      userName: tenant(),
      createTime: TIME,
      updateTime: TIME,
    };
  };
  const make = (fields: Exchange['fields'], directory: boolean, size: number) => {
    const fullName = `${inside(fields.currentDir!)}/${fields.name!}`;
    if (store.resources.has(fullName)) {
      throw withOwner
        ? new Refusal(20005, 'resource already exists')
        : new Refusal(10000, `The resource is already exist: ${fullName}`);
    }
    if (!withOwner && (posix.extname(fullName) === '') !== directory) {
      throw new Refusal(
        10000,
        `The path is not a ${directory ? 'directory' : 'file'}: ${fullName}`,
      );
    }
    store.resources.set(fullName, { id: 0, fullName, directory, size });
    return null;
  };
  const find = (fullName: string) => {
    const found = store.resources.get(inside(fullName));
    if (found) return found;
    throw withOwner
      ? new Refusal(20004, 'resource not exist')
      : new Refusal(10000, `Thr resource is not exists: ${fullName}`);
  };
  return {
    // To an administrator 3.2 names the folder of all tenants.
    'GET /resources/base-dir': () => (withOwner ? BASE : root()),
    'GET /resources': ({ fields }) => {
      const folder = inside(fields.fullName!);
      if (withOwner && folder !== root() && !store.resources.has(folder)) {
        throw new Refusal(20004, 'resource not exist');
      }
      const rows = [...store.resources.values()].filter(
        each => posix.dirname(String(each.fullName)) === folder,
      );
      // Without it the server's own code fails.
      if (!withOwner && fields.searchVal === undefined) throw new Refusal(10057, 'query resources');
      return pageOf(rows.map(row), fields, 'fileName');
    },
    'GET /resources/list': () => [...store.resources.values()].map(row),
    'POST /resources/directory': ({ fields }) => make(fields, true, 0),
    'POST /resources': ({ fields, file }) => make(fields, false, file?.length ?? 0),
    'PUT /resources': ({ fields, file }) => {
      find(fields.fullName!).size = file?.length ?? 0;
      return null;
    },
    'DELETE /resources': ({ fields }) => {
      const found = find(fields.fullName!);
      const below = `${String(found.fullName)}/`;
      for (const name of [...store.resources.keys()]) {
        if (name === found.fullName || name.startsWith(below)) store.resources.delete(name);
      }
      return null;
    },
  };
}
