import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ServerLine } from '@dolphinstage/dolphinscheduler-client';

/** Of which version's source the list of a line is. 3.3 has no list of its own: 3.4's stands in. */
export const VERSIONS: Readonly<Record<ServerLine, string>> = {
  '3.1': '3.1.1',
  '3.2': '3.2.2',
  '3.3': '3.4.3',
  '3.4': '3.4.3',
};

/** A parameter of an endpoint, in its query, its form or as a part of a multipart body. */
export interface EndpointParameter {
  readonly name: string;
  readonly required: boolean;
  readonly type: string;
}

/** An endpoint as its controller declares it. */
export interface Endpoint {
  readonly method: string;
  /** With variables: `/projects/{code}`. */
  readonly path: string;
  readonly parameters: readonly EndpointParameter[];
  /** It takes a JSON body. */
  readonly json: boolean;
}

/** Splits at commas outside of brackets. */
function split(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let part = '';
  for (const sign of text) {
    if ('({'.includes(sign)) depth++;
    if (')}'.includes(sign)) depth--;
    if (sign === ',' && depth === 0) {
      parts.push(part);
      part = '';
    } else {
      part += sign;
    }
  }
  return [...parts, part].map(each => each.trim()).filter(each => each !== '');
}

/**
 * One declared parameter: `name Type variable`, `name? Type variable`, `name?=default Type variable`, or
 * `{value = "name", required = …, defaultValue = …} Type variable`. Path variables, the request itself and
 * JSON bodies are none.
 */
function parameterOf(text: string): EndpointParameter | undefined {
  const declared = /^\{(.*)\}\s+(\S+)\s+\S+$/s.exec(text);
  if (declared) {
    const [, annotation = '', type = ''] = declared;
    const name = /(?:value|name)\s*=\s*"([^"]+)"/.exec(annotation)?.[1];
    if (!name) throw new Error(`not a parameter: ${text}`);
    const optional = /required\s*=\s*false|defaultValue\s*=/.test(annotation);
    return { name, type, required: !optional };
  }
  if (/\bpath:|@RequestBody|^HttpServlet/.test(text)) return undefined;
  const plain = /^(\w+)(\?(?:=\S*)?)?\s+(\S+)\s+\w+$/.exec(text);
  if (plain) {
    const [, name = '', optional, type = ''] = plain;
    return { name, type, required: optional === undefined };
  }
  const bare = /^(?:@RequestParam\s+)?(\S+)\s+(\w+)$/.exec(text);
  if (bare) return { name: bare[2]!, type: bare[1]!, required: true };
  throw new Error(`not a parameter: ${text}`);
}

function endpointOf(line: string): Endpoint | undefined {
  const head = /^(\S+) (\S+) #[^|]*\|(.*)$/.exec(line);
  if (!head) throw new Error(`not an endpoint: ${line}`);
  const [, method = '', path = '', rest = ''] = head;
  // The JSON interface, which one line has and the next hasn't; nothing of ours uses it.
  if (path.startsWith('/v2/')) return undefined;
  const parts = split(rest);
  return {
    method,
    path,
    json: parts.some(part => part.includes('@RequestBody')),
    parameters: parts.map(parameterOf).filter(parameter => parameter !== undefined),
  };
}

const lists = new Map<string, readonly Endpoint[]>();

/** All endpoints of the version that stands for the line. */
export function endpointsOf(line: ServerLine): readonly Endpoint[] {
  const version = VERSIONS[line];
  const known = lists.get(version);
  if (known) return known;
  const text = readFileSync(join(__dirname, 'endpoints', `${version}.txt`), 'utf8');
  const list = text
    .split('\n')
    .filter(each => each !== '')
    .map(endpointOf)
    .filter(endpoint => endpoint !== undefined);
  lists.set(version, list);
  return list;
}

/** The endpoint that a request reaches: one without variables before one with. */
export function findEndpoint(line: ServerLine, method: string, path: string): Endpoint | undefined {
  const parts = path.split('/');
  const fits = (template: string) => {
    const names = template.split('/');
    return (
      names.length === parts.length &&
      names.every((name, index) => name.startsWith('{') || name === parts[index])
    );
  };
  const variables = (endpoint: Endpoint) => endpoint.path.split('{').length;
  return endpointsOf(line)
    .filter(endpoint => endpoint.method === method && fits(endpoint.path))
    .sort((one, other) => variables(one) - variables(other))[0];
}

/** What is wrong with a request, as the line's controllers see it; undefined: nothing. */
export function faultOf(
  line: ServerLine,
  request: { method: string; path: string; names: readonly string[] },
): string | undefined {
  const where = `${line}: ${request.method} ${request.path}`;
  const endpoint = findEndpoint(line, request.method, request.path);
  if (!endpoint) return `${where}: there is no such endpoint`;
  const known = new Set(endpoint.parameters.map(({ name }) => name));
  const unknown = request.names.filter(name => !known.has(name));
  if (unknown.length > 0 && !endpoint.json) return `${where}: no parameter ${unknown.join(', ')}`;
  const missing = endpoint.parameters.filter(
    ({ name, required }) => required && !request.names.includes(name),
  );
  if (missing.length > 0) return `${where}: lacks ${missing.map(({ name }) => name).join(', ')}`;
  return undefined;
}
