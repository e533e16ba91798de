import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { promisify } from 'node:util';

const run = promisify(execFile);

const SIZE = '2g';
const ROOM_BYTES = 128 * 1024;
const TRIES = 50;
/** Puts a file system into memory in place of a folder, with what lay in it; it is there until its input ends. */
const MOUNT = `
mount -t tmpfs -o size=${SIZE} none "$1.disk" && cp -a "$1" "$1.disk/data" &&
mount --bind "$1.disk/data" "$1" && echo ready && exec cat`;

/** Who isn't root may mount in a user namespace of its own. */
const isRoot = process.getuid?.() === 0;

/** A disk that only the processes on it see, so that it can be full without anybody else's being so. */
export class SmallDisk {
  private constructor(
    private readonly folder: string,
    private readonly holder: ChildProcess,
  ) {}

  /** In place of a folder. */
  static async at(folder: string): Promise<SmallDisk> {
    mkdirSync(`${folder}.disk`);
    const holder = spawn(
      'unshare',
      ['--mount', ...(isRoot ? [] : ['--map-root-user']), 'sh', '-c', MOUNT, 'sh', folder],
      { stdio: ['pipe', 'pipe', 'inherit'] },
    );
    const ended = once(holder, 'exit').then(() => {
      throw new Error(`nothing could be mounted on ${folder}`);
    });
    await Promise.race([once(holder.stdout!, 'data'), ended]);
    return new SmallDisk(folder, holder);
  }

  /** How a process is started that has it. */
  command(command: string, args: readonly string[]): { command: string; args: string[] } {
    const user = isRoot ? [] : ['--user', '--preserve-credentials'];
    const enter = ['--target', String(this.holder.pid), '--mount', ...user, command, ...args];
    return { command: 'nsenter', args: enter };
  }

  /** It is hardly larger than what lies on it: soon a write finds no room (ENOSPC). */
  async fill(): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      const used = await this.inside('df', ['--output=used', '--block-size=1', this.mounted]);
      try {
        await this.resize(String(Number(used.split('\n')[1]) + ROOM_BYTES));
        return;
      } catch (error) {
        // More than that was written in between.
        if (tries === TRIES) throw error;
      }
    }
  }

  free(): Promise<void> {
    return this.resize(SIZE);
  }

  async close(): Promise<void> {
    const exit = once(this.holder, 'exit');
    this.holder.stdin!.end();
    await exit;
  }

  private get mounted(): string {
    return `${this.folder}.disk`;
  }

  private async resize(size: string): Promise<void> {
    await this.inside('mount', ['-o', `remount,size=${size}`, this.mounted]);
  }

  private async inside(command: string, args: readonly string[]): Promise<string> {
    const enter = this.command(command, args);
    return (await run(enter.command, enter.args)).stdout;
  }
}
