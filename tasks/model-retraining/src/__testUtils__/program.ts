import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundlePack } from '@dolphinstage/task-kit';
import {
  startTaskForTest,
  type TaskProcess,
  type TaskProgram,
} from '@dolphinstage/task-kit/testing';
import type { Step } from '../run/outcome';
import { PACK_ROOT } from './database';
import type { World } from './night';

/** Runs its arguments with a limit of the size of files: node keeps the signal away, so that writing more fails. */
const WITH_LIMIT = `
const { spawnSync } = require('node:child_process');
const limited = ['-c', 'ulimit -f "$LIMIT_BLOCKS"; exec "$@"', 'sh', process.execPath, process.env.PROGRAM];
const { status } = spawnSync('sh', [...limited, ...process.argv.slice(2)], { stdio: 'inherit' });
process.exit(status ?? 1);
`;

/** The pack's bundle, whose tasks are started as a worker starts them, each in a process of its own. */
export class Program {
  private constructor(
    private readonly folder: string,
    private readonly world: World,
    private readonly program: TaskProgram,
  ) {}

  /** @param more - environment of its own for each process. */
  static async create(world: World, more: Readonly<Record<string, string>> = {}): Promise<Program> {
    const folder = mkdtempSync(join(tmpdir(), 'retraining-program-'));
    const { file } = await bundlePack(PACK_ROOT, folder);
    const connections = join(folder, 'connections.json');
    writeFileSync(connections, JSON.stringify(world.connections), { mode: 0o600 });
    const env = { ...more, DOLPHINSTAGE_CONNECTIONS: connections };
    return new Program(folder, world, { file, env, limitMs: 300_000 });
  }

  /** @param limitBlocks - how long a file it may write, in `ulimit`'s blocks; as long as it likes unless told. */
  start(step: Step | 'tidy', input: object, limitBlocks?: number): TaskProcess {
    const argv = [
      ...[`model-retraining/${step}`, '--input'],
      JSON.stringify({ ...this.world.named, ...input }),
    ];
    if (limitBlocks === undefined) return startTaskForTest(this.program, argv);
    const file = join(this.folder, 'with-limit.cjs');
    writeFileSync(file, WITH_LIMIT);
    const env = {
      ...this.program.env,
      PROGRAM: this.program.file,
      LIMIT_BLOCKS: String(limitBlocks),
    };
    return startTaskForTest({ ...this.program, file, env }, argv);
  }

  /** Starts a step and waits for its end; what it complains of, or nothing. */
  async finish(step: Step | 'tidy', input: object, limitBlocks?: number): Promise<string> {
    const { code, stderr } = await this.start(step, input, limitBlocks).done;
    return code === 0 ? '' : stderr;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
