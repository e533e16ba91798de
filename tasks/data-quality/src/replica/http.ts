import { createServer, type Server } from 'node:http';
import type { Replica } from './replica';

/**
 * `/healthz`: the process answers. `/readyz`: all its partitions go on with what is new. `/metrics`: for Prometheus.
 *
 * @param replica - undefined until it has joined.
 */
export function serveHealth(
  { host, port }: { readonly host: string; readonly port: number },
  replica: () => Replica | undefined,
): Promise<Server> {
  const server = createServer((request, response) => {
    const answer = (status: number, text: string, type = 'text/plain; charset=utf-8') => {
      response.writeHead(status, { 'content-type': type }).end(text);
    };
    const now = replica();
    const path = request.url?.split('?')[0];
    if (path === '/healthz') answer(200, 'ok\n');
    else if (path === '/readyz') {
      const waiting = now?.waitingFor ?? ['not started'];
      if (waiting.length === 0) answer(200, 'ready\n');
      else answer(503, `${waiting.join('\n')}\n`);
    } else if (path === '/metrics' && now) {
      now.metricsText().then(
        text => answer(200, text, now.metrics.registry.contentType),
        () => answer(500, 'no metrics\n'),
      );
    } else if (path === '/metrics') answer(503, 'not started\n');
    else answer(404, 'not here\n');
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => resolve(server));
  });
}
