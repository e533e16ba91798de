import { registerSecret } from '@dolphinstage/common';
import { z } from 'zod';
import type { Datasource, DolphinSchedulerClient } from '../client';
import { ClientError } from '../errors';
import { eachRow, named, readAll } from '../http/pages';
import type { Requester } from '../http/requester';
import { textOrEmpty } from '../http/shapes';
import { createOnce } from './create-once';

const PATH = '/datasources';

/** The server's rows also hold the connection, on some lines with its password, which stops here. */
const row = z.object({ id: z.number(), name: z.string(), type: z.string(), note: textOrEmpty });

type Row = z.output<typeof row>;

const publicPart = ({ id, name, type }: Row): Datasource => ({ id, name, type });

const datasource = row.transform(publicPart);

export function createDatasources(http: Requester): DolphinSchedulerClient['datasources'] {
  // Never the list by type, which shows passwords.
  const findRow = async (name: string) =>
    (await readAll(http, PATH, row, named(name))).find(each => each.name === name);
  return {
    listAll: () => eachRow(http, PATH, datasource, ({ id }) => id),
    async find(name) {
      const found = await findRow(name);
      return found && publicPart(found);
    },
    async create({ name, type, host, port, database, user, password, description = '' }) {
      registerSecret(password);
      // Else an unclear answer could make us adopt one that leads elsewhere.
      if (await findRow(name)) {
        throw new ClientError('CLIENT_NAME_TAKEN', `datasource "${name}" is there already`, {
          endpoint: `POST ${PATH}`,
          todo: 'Choose another name, or use this datasource.',
        });
      }
      const json = {
        type,
        name,
        note: description,
        host,
        port,
        database,
        userName: user,
        password,
      };
      const made = await createOnce<Row>(http, {
        what: `datasource "${name}"`,
        send: () => http.command({ method: 'POST', path: PATH, json }),
        find: () => findRow(name),
        isOurs: found => found.type === type && found.note === description,
      });
      return publicPart(made);
    },
    delete: id => http.command({ method: 'DELETE', path: `${PATH}/${id}`, repeatable: true }),
  };
}
