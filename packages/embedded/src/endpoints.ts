import { registerSecret } from '@dolphinstage/common';
import { EmbeddedError } from './errors';
import type { Home } from './home';
import type { Machine } from './machine/machine';
import type { Endpoint, ServerContext, ServerDefinition } from './server';

/**
 * Reads the address of a user's own server: `scheme://user:password@host:port/…`.
 *
 * @throws EmbeddedError `EXTERNAL_INVALID`.
 */
export function externalEndpoint(server: string, address: string, source: string): Endpoint {
  let url: URL;
  try {
    url = new URL(address);
    if (!url.hostname || !url.port) throw new Error('no host or port');
  } catch (cause) {
    // The address may hold a password: it isn't repeated.
    throw new EmbeddedError('EXTERNAL_INVALID', `the address of your own ${server} can't be read`, {
      cause,
      where: source,
      todo: 'Write it as scheme://user:password@host:port/…, with the port.',
    });
  }
  const password = url.password ? decodeURIComponent(url.password) : undefined;
  registerSecret(password);
  const user = url.username ? decodeURIComponent(url.username) : undefined;
  const { hostname: host, port } = url;
  url.username = '';
  url.password = '';
  return { host, port: Number(port), user, password, url: url.href.replace(/\/$/, '') };
}

/** Addresses of the user's own servers by server name, from app-config.yaml. @public */
export type ExternalServers = Readonly<Record<string, string>>;

/**
 * Knows where each server of a home is.
 *
 * @public
 */
export class Endpoints {
  private readonly known = new Map<string, Endpoint>();

  constructor(
    private readonly home: Home,
    private readonly machine: Machine,
    private readonly external: ExternalServers,
    private readonly report: (server: string, text: string) => void,
  ) {}

  /** The endpoint of the user's own server, if there is one. */
  externalOf(server: ServerDefinition): Endpoint | undefined {
    if (!server.external) return undefined;
    const fromEnvironment = process.env[server.external];
    if (fromEnvironment)
      return externalEndpoint(
        server.name,
        fromEnvironment,
        `environment variable ${server.external}`,
      );
    const fromConfig = this.external[server.name];
    return fromConfig
      ? externalEndpoint(server.name, fromConfig, `app-config.yaml, embedded.${server.name}.url`)
      : undefined;
  }

  of(server: string): Endpoint {
    const endpoint = this.known.get(server);
    if (!endpoint) throw new Error(`${server} has no endpoint yet: is it missing in dependsOn?`);
    return endpoint;
  }

  /**
   * Settles a server's endpoint and gives what its file works with.
   *
   * @param keepPorts - true to look at a running server, false to start one.
   */
  async context(server: ServerDefinition, keepPorts: boolean): Promise<ServerContext> {
    const base = {
      machine: this.machine,
      folder: this.home.folder(server.name),
      port: (purpose: string) => this.home.port(`${server.name}.${purpose}`, keepPorts),
      secret: (purpose: string) => this.home.secret(`${server.name}.${purpose}`),
      endpointOf: (name: string) => this.of(name),
      report: (text: string) => this.report(server.name, text),
    };
    const endpoint = this.externalOf(server) ?? (await server.endpoint(base));
    this.known.set(server.name, endpoint);
    return { ...base, endpoint };
  }
}
