import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import axios from 'axios';
import { Machine } from '../machine/machine';
import { freePort } from '../machine/ports';
import { schemaRegistry, schemaRegistryProcess } from '../servers/schema-registry';

const LIMIT_MS = 90_000;

/** A schema registry of a test's own (Apicurio), which can be killed and started again. @public */
export class RegistryServer {
  private readonly folder = mkdtempSync(join(tmpdir(), 'schema-registry-'));
  private child: ChildProcess | undefined;

  private constructor(readonly port: number) {}

  static async start(): Promise<RegistryServer> {
    const server = new RegistryServer(await freePort(new Set()));
    await schemaRegistry.install(new Machine(), () => {});
    await server.startAgain();
    return server;
  }

  /** With the API's path. */
  get url(): string {
    return `http://127.0.0.1:${this.port}/apis/ccompat/v7`;
  }

  async startAgain(): Promise<void> {
    const { folder, port } = this;
    const { command, args } = await schemaRegistryProcess(
      { machine: new Machine(), folder, port },
      () => {},
    );
    this.child = spawn(command, args, { cwd: folder, stdio: 'ignore' });
    for (const end = Date.now() + LIMIT_MS; ; await pause(100)) {
      try {
        await axios.get(`${this.url}/subjects`, { proxy: false, timeout: 2_000 });
        return;
      } catch (error) {
        if (Date.now() > end) throw error;
      }
    }
  }

  /** Registers the next version of a subject's schema, and gives its id. */
  async register(
    subject: string,
    schema: object | string,
    more: { schemaType?: 'AVRO' | 'JSON' | 'PROTOBUF'; references?: object[] } = {},
  ): Promise<number> {
    const { data } = await axios.post<{ id: number }>(
      `${this.url}/subjects/${subject}/versions`,
      { ...more, schema: typeof schema === 'string' ? schema : JSON.stringify(schema) },
      { proxy: false },
    );
    return data.id;
  }

  async kill(): Promise<void> {
    const { child } = this;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, 'exit');
    child.kill('SIGKILL');
    await exit;
  }

  async stop(): Promise<void> {
    await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
