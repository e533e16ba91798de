import { get } from 'node:http';
import type { ServerDefinition } from '../server';

/** A real process that serves HTTP: what the supervisor does is tried on it without heavy servers. */
export function httpServer(
  name: string,
  options: Partial<ServerDefinition> & { script?: string } = {},
): ServerDefinition {
  const script =
    options.script ??
    `require('node:http').createServer((q, r) => r.end(String(process.pid))).listen(+process.env.PORT, '127.0.0.1')`;
  return {
    name,
    title: name,
    dependsOn: [],
    startLimit: 20,
    install: async () => {},
    endpoint: async ({ port }) => {
      const number = await port('http');
      return { host: '127.0.0.1', port: number, url: `http://127.0.0.1:${number}` };
    },
    start: async ({ endpoint, folder }) => ({
      command: process.execPath,
      args: ['-e', script],
      env: { PORT: String(endpoint.port) },
      cwd: folder,
    }),
    probe: async ({ endpoint }) => void (await fetchText(endpoint.url)),
    ...options,
  };
}

/** The answer of a GET, not kept alive. */
export function fetchText(url: string): Promise<string> {
  return new Promise((resolve, reject) => {
    get(url, { agent: false, timeout: 2_000 }, response => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
      response.on('end', () => resolve(text)).on('error', reject);
    }).on('error', reject);
  });
}
