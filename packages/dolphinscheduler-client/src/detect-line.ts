import { z } from 'zod';
import type { ServerLine } from './client';
import { ClientError } from './errors';
import type { Requester } from './http/requester';

/** Where springdoc (3.2 and later) shows the API document; springfox (3.1) wants a group's name. */
const DOCUMENT = '/v3/api-docs';
const GROUPS_OF_31 = '/swagger-resources';

const apiDocument = z.object({
  info: z.object({ version: z.string().optional() }).optional(),
  paths: z.record(z.string(), z.unknown()),
});

/** A field of schedules that no earlier line has. */
const ONLY_IN_34 = '"missedFirePolicy"';
const AFTER_34 = 'it is newer than the newest line that this client speaks (3.4)';

/**
 * Asks the server, without a login, of which line it is. No endpoint says its version, and the version in its
 * API document is the database schema's, which is wrong for some (3.2.2 says 3.3.0). So its paths count first:
 *
 * - an OpenAPI document without groups that has `process-definition` paths: 3.2;
 * - the same with `workflow-definition` paths: 3.4 if the document says version 3.4 or its schedules have a
 *   `missedFirePolicy`, else 3.3;
 * - a list of groups, OpenAPI 3 with `v1(current)` among them: 3.1.
 *
 * @throws ClientError `CLIENT_UNSUPPORTED` if it is none of these, is newer, or hides its document.
 */
export async function detectLine(http: Requester): Promise<ServerLine> {
  const document = await http.sendOpen({ method: 'GET', path: DOCUMENT });
  const line = document.status === 200 ? lineOfDocument(document.text) : undefined;
  if (line) return line;
  const groups = await http.sendOpen({ method: 'GET', path: GROUPS_OF_31 });
  if (groups.status === 200 && groups.text.includes('/v3/api-docs?group=v1(current)')) return '3.1';
  throw unknownLine(
    "the server's line can't be told",
    "Check that the URL ends with the server's context path, mostly /dolphinscheduler; if the server hides its API document, give the line.",
  );
}

function lineOfDocument(text: string): ServerLine | undefined {
  const { data } = apiDocument.safeParse(parsed(text));
  if (!data) return undefined;
  const paths = Object.keys(data.paths);
  const has = (name: string) => paths.some(path => path.endsWith(`/{projectCode}/${name}`));
  if (has('process-definition')) return '3.2';
  if (!has('workflow-definition')) return undefined;
  const [, major, minor] = /^(\d+)\.(\d+)\b/.exec(data.info?.version ?? '') ?? [];
  if (Number(major) > 3 || (major === '3' && Number(minor) > 4)) {
    throw unknownLine(
      `the server says that it is of version ${major}.${minor}: ${AFTER_34}`,
      "Take a newer client, or try the line '3.4' by giving it.",
    );
  }
  return (major === '3' && minor === '4') || text.includes(ONLY_IN_34) ? '3.4' : '3.3';
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function unknownLine(message: string, todo: string): ClientError {
  return new ClientError('CLIENT_UNSUPPORTED', message, { endpoint: `GET ${DOCUMENT}`, todo });
}
