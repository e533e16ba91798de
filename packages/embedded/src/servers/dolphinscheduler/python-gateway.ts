import type { ServerDefinition } from '../../server';

/** What its port is kept under. @public */
export const PYTHON_GATEWAY_PORT = 'python-gateway';

/**
 * DolphinScheduler with its Python gateway switched on. For benchmarks only: whoever is on the machine and reaches
 * its port (of 127.0.0.1) can run what they like as the server.
 *
 * @public
 */
export function withPythonGateway(server: ServerDefinition): ServerDefinition {
  return {
    ...server,
    async start(context) {
      const spec = await server.start(context);
      return { ...spec, env: { ...spec.env, PYTHON_GATEWAY: 'true' } };
    },
  };
}
