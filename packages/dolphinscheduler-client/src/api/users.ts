import { registerSecret } from '@dolphinstage/common';
import { z } from 'zod';
import type { DolphinSchedulerClient, User } from '../client';
import { ClientError } from '../errors';
import { eachRow, named, readAll } from '../http/pages';
import type { Requester } from '../http/requester';
import { textOrEmpty } from '../http/shapes';
import { createOnce } from './create-once';
import { project } from './projects';

const LIST = '/users/list-paging';
const ENABLED = 1;

/** The server's answer also holds the password's hash, which stops here. */
const user = z
  .object({
    id: z.number(),
    userName: z.string(),
    email: textOrEmpty,
    tenantId: z.number(),
    userType: z.string(),
    phone: textOrEmpty,
    queue: textOrEmpty,
    state: z.number(),
  })
  .transform(({ userType, ...fields }) => ({ ...fields, admin: userType === 'ADMIN_USER' }));

type UserRow = z.output<typeof user>;

const publicPart = ({ id, userName, email, tenantId, admin }: UserRow): User => ({
  id,
  userName,
  email,
  tenantId,
  admin,
});

/** `yyyy-MM-dd HH:mm:ss` in UTC, the zone of a server whose users chose none. */
const serverTime = (date: Date) => date.toISOString().slice(0, 19).replace('T', ' ');

export function currentUser(http: Requester): Promise<User> {
  return http.send({ method: 'GET', path: '/users/get-user-info' }, user.transform(publicPart));
}

export function createUsers(http: Requester): DolphinSchedulerClient['users'] {
  const findRow = async (userName: string) => {
    const rows = await readAll(http, LIST, user, named(userName));
    return rows.find(row => row.userName === userName);
  };
  return {
    listAll: () => eachRow(http, LIST, user.transform(publicPart), ({ id }) => id),
    async find(userName) {
      const row = await findRow(userName);
      return row && publicPart(row);
    },
    async create({ userName, password, email, tenantId }) {
      registerSecret(password);
      const path = '/users/create';
      // Else an unclear answer could make us adopt a user who has another password.
      if (await findRow(userName)) {
        throw new ClientError('CLIENT_NAME_TAKEN', `user "${userName}" is there already`, {
          endpoint: `POST ${path}`,
          todo: 'Choose another name, or use this user.',
        });
      }
      const row = await createOnce(http, {
        what: `user "${userName}"`,
        send: () =>
          http.command({
            method: 'POST',
            path,
            form: {
              userName,
              userPassword: password,
              email,
              tenantId,
              queue: '',
              phone: '',
              state: ENABLED,
            },
          }),
        find: () => findRow(userName),
        isOurs: found => found.email === email && found.tenantId === tenantId,
      });
      return publicPart(row);
    },
    async update({ id, userName }, change) {
      registerSecret(change.password);
      const path = '/users/update';
      // What isn't sent is emptied by the server, except the password.
      const now = await findRow(userName);
      if (now?.id !== id) {
        throw new ClientError('CLIENT_NOT_FOUND', `user "${userName}" is not there`, {
          endpoint: `POST ${path}`,
          todo: 'Look whether the user was deleted or renamed.',
        });
      }
      await http.command({
        method: 'POST',
        path,
        form: {
          id,
          userName,
          userPassword: change.password ?? '',
          email: change.email ?? now.email,
          tenantId: change.tenantId ?? now.tenantId,
          phone: now.phone,
          queue: now.queue,
          state: now.state,
        },
        repeatable: true,
      });
    },
    delete: id =>
      http.command({
        method: 'POST',
        path: '/users/delete',
        form: { id },
        repeatable: true,
        deletes: true,
      }),
    async createToken(userId, expires) {
      const { token } = await http.send(
        {
          method: 'POST',
          path: '/access-tokens',
          form: { userId, expireTime: serverTime(expires) },
        },
        z.object({ token: z.string().min(1) }),
      );
      registerSecret(token);
      return token;
    },
    grantProject: (userId, projectCode) =>
      http.command({
        method: 'POST',
        path: '/users/grant-project-by-code',
        form: { userId, projectCode },
        repeatable: true,
      }),
    revokeProject: (userId, projectCode) =>
      http.command({
        method: 'POST',
        path: '/users/revoke-project',
        form: { userId, projectCode },
        repeatable: true,
      }),
    grantedProjects: userId =>
      http.send(
        { method: 'GET', path: '/projects/authed-project', query: { userId } },
        z.array(project),
      ),
  };
}
