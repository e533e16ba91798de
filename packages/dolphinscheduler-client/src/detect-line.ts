import type { ServerLine } from './client';
import { ClientError } from './errors';
import type { Requester } from './http/requester';

/** Where springdoc (3.2 and later) shows the API document; springfox (3.1) wants a group's name. */
const DOCUMENT = '/v3/api-docs';
const GROUPS_OF_31 = '/swagger-resources';

/**
 * Asks the server, without a login, of which line it is, since no endpoint says its version:
 *
 * - an OpenAPI document without groups with `workflow-definition` paths: 3.3 or later;
 * - the same with `process-definition` paths: 3.2;
 * - a list of groups, OpenAPI 3 with `v1(current)` among them: 3.1.
 *
 * @throws ClientError `CLIENT_UNSUPPORTED` if it is none of these or hides its document.
 */
export async function detectLine(http: Requester): Promise<ServerLine> {
  const document = await http.sendOpen({ method: 'GET', path: DOCUMENT });
  if (document.status === 200) {
    if (document.text.includes('/workflow-definition')) return '3.3';
    if (document.text.includes('/process-definition')) return '3.2';
  }
  const groups = await http.sendOpen({ method: 'GET', path: GROUPS_OF_31 });
  if (groups.status === 200 && groups.text.includes('/v3/api-docs?group=v1(current)')) return '3.1';
  throw new ClientError('CLIENT_UNSUPPORTED', "the server's line can't be told", {
    endpoint: `GET ${DOCUMENT}`,
    todo: "Check that the URL ends with the server's context path, mostly /dolphinscheduler; if the server hides its API document, give the line.",
  });
}
