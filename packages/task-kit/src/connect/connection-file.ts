import {
  closeSync,
  constants,
  fchownSync,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { randomUUID } from 'node:crypto';
import { dirname } from 'node:path';
import { registerSecret } from '@dolphinstage/common';
import { z } from 'zod';
import { connectionName, connectionSchemas, type ConnectionSettings } from '../connections';
import { TaskError } from '../errors';
import { describeIssue } from '../static-input';

/** Name → settings. @public */
export type Connections = Readonly<Record<string, ConnectionSettings>>;

const settingsSchema = z.discriminatedUnion('kind', [
  connectionSchemas.postgres,
  connectionSchemas.mysql,
  connectionSchemas.oracle,
  connectionSchemas.kafka,
  connectionSchemas.http,
  connectionSchemas.files,
]);

const SECRET_FIELD = /password|token|secret|key/i;
/** redact() can't mask less without blanking out ordinary words. */
const SHORTEST_SECRET = 4;
const MODE = 0o600;

/** Every secret in raw settings, before anybody looks at them: also of settings that turn out to be wrong. */
function secretsIn(value: unknown, found: string[] = []): string[] {
  if (typeof value !== 'object' || value === null) return found;
  for (const [key, item] of Object.entries(value)) {
    if (typeof item === 'string') {
      if (SECRET_FIELD.test(key)) found.push(item);
      else if (URL.canParse(item)) found.push(decodeURIComponent(new URL(item).password));
    } else {
      secretsIn(item, found);
    }
  }
  return found.filter(secret => secret !== '');
}

/** Lets {@link redact} mask every password and token in settings, right or wrong. */
export function registerSecrets(value: unknown): void {
  for (const secret of secretsIn(value)) registerSecret(secret);
}

function readOwnFile(file: string): string {
  let descriptor: number;
  try {
    // Not through a link that somebody else could turn; checked on the open file, so nothing can change between.
    descriptor = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (cause) {
    throw new TaskError(
      'CONNECTION_FILE',
      `the connections file can't be opened (${(cause as NodeJS.ErrnoException).code})`,
      {
        where: file,
        todo: 'Name an existing file of your own with --connections or DOLPHINSTAGE_CONNECTIONS.',
        cause,
      },
    );
  }
  try {
    const stat = fstatSync(descriptor);
    const mode = stat.mode & 0o7777;
    if (!stat.isFile() || stat.uid !== process.geteuid?.() || mode !== MODE) {
      throw new TaskError(
        'CONNECTION_FILE',
        stat.isFile()
          ? `the connections file must be yours alone: owner ${stat.uid}, mode ${mode.toString(8).padStart(4, '0')}`
          : 'the connections file is no file',
        {
          where: file,
          todo: `Run: chown ${process.geteuid?.()} and chmod 600 on it, and change its passwords if others could read it.`,
        },
      );
    }
    return readFileSync(descriptor, 'utf8');
  } finally {
    closeSync(descriptor);
  }
}

/**
 * The connections in a file. Every password and token in it is a registered secret afterwards, also
 * when this throws.
 *
 * @throws TaskError `CONNECTION_FILE` when it can't be read or isn't the caller's own with mode 0600;
 * `CONNECTION_INVALID` when it doesn't hold connections.
 * @public
 */
export function readConnections(file: string): Connections {
  const text = readOwnFile(file);
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch {
    // The parser's message would show a piece of the file.
    throw new TaskError('CONNECTION_INVALID', 'the connections file is not JSON', {
      where: file,
      todo: 'Correct it, or write it anew with: dolphinstage connections set',
    });
  }
  registerSecrets(raw);
  const result = z.record(connectionName, settingsSchema).safeParse(raw);
  if (!result.success) {
    throw new TaskError('CONNECTION_INVALID', result.error.issues.map(describeIssue).join('; '), {
      where: file,
      todo: 'Correct it, or write the connection anew with: dolphinstage connections set',
    });
  }
  return result.data;
}

/** Whom a file is for, by numbers; the caller, where either is absent. @public */
export interface FileOwner {
  readonly uid?: number;
  readonly gid?: number;
}

/** Replaces a file in one step: a reader sees the old or the new one, a crash leaves one of them. */
function replaceFile(file: string, text: string, owner?: FileOwner): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const draft = `${file}.${randomUUID()}`;
  try {
    const descriptor = openSync(draft, 'wx', MODE);
    try {
      if (owner?.uid !== undefined && owner.gid !== undefined)
        fchownSync(descriptor, owner.uid, owner.gid);
      writeSync(descriptor, text);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(draft, file);
  } catch (cause) {
    rmSync(draft, { force: true });
    throw new TaskError(
      'CONNECTION_FILE',
      `the connections file can't be written (${(cause as NodeJS.ErrnoException).code})`,
      {
        where: file,
        todo: 'Name a file in a folder that you can write to.',
        cause,
      },
    );
  }
}

function checkSettings(name: string, settings: unknown): ConnectionSettings {
  registerSecrets(settings);
  const problems: string[] = [];
  const checkedName = connectionName.safeParse(name);
  if (!checkedName.success)
    problems.push(`the name must be ${checkedName.error.issues[0]?.message}`);
  const checked = settingsSchema.safeParse(settings);
  if (!checked.success) problems.push(...checked.error.issues.map(describeIssue));
  if (secretsIn(settings).some(secret => secret.length < SHORTEST_SECRET)) {
    problems.push(
      `a password or token has less than ${SHORTEST_SECRET} characters, so logs couldn't mask it`,
    );
  }
  if (problems.length > 0 || !checked.success) {
    throw new TaskError('CONNECTION_INVALID', problems.join('; '), {
      where: `connection ${JSON.stringify(name)}`,
      todo: 'Correct the settings; each kind of connection has its own.',
    });
  }
  return checked.data;
}

/**
 * Writes a whole connections file, mode 0600, instead of what was there.
 *
 * @param owner - whose file it becomes; by default the caller's. Another's takes root.
 * @throws TaskError `CONNECTION_INVALID` as {@link setConnection}; `CONNECTION_FILE` when it can't be written.
 * @public
 */
export function writeConnections(
  file: string,
  connections: Readonly<Record<string, unknown>>,
  owner?: FileOwner,
): void {
  const checked = Object.entries(connections).map(([name, settings]) => [
    name,
    checkSettings(name, settings),
  ]);
  replaceFile(file, `${JSON.stringify(Object.fromEntries(checked), null, 2)}\n`, owner);
}

/**
 * Stores a connection under a name, new or instead of the former one; makes the file with mode 0600
 * where there is none. Says nothing of what it stored.
 *
 * @throws TaskError `CONNECTION_INVALID` for a bad name, bad settings or a secret below 4 characters
 * (it couldn't be masked); `CONNECTION_FILE` as {@link readConnections}.
 * @public
 */
export function setConnection(file: string, name: string, settings: unknown): void {
  const checked = checkSettings(name, settings);
  let existing: Connections = {};
  try {
    existing = readConnections(file);
  } catch (error) {
    const cause = (error as Error).cause as NodeJS.ErrnoException | undefined;
    if (cause?.code !== 'ENOENT') throw error;
  }
  replaceFile(file, `${JSON.stringify({ ...existing, [name]: checked }, null, 2)}\n`);
}
