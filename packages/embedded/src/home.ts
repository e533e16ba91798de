import { createHash, randomBytes } from 'node:crypto';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { registerSecret } from '@dolphinstage/common';
import { freePort, portIsFree } from './machine/ports';

const NAME = '.dolphinstage';
/** Where homes live when the checkout is in a folder that other OS users can't enter. */
const SHARED_HOMES = '/var/lib/dolphinstage';
const OTHERS_MAY_ENTER = 0o001;

/**
 * The one folder that holds everything a platform makes: data, logs, ports, passwords.
 *
 * @public
 */
export class Home {
  private readonly ports: Record<string, number>;
  private readonly secrets: Record<string, string>;

  /** @param path - the real folder. */
  constructor(readonly path: string) {
    mkdirSync(path, { recursive: true, mode: 0o755 });
    this.ports = readJson(join(path, 'ports.json'));
    this.secrets = readJson(join(path, 'secrets.json'));
    Object.values(this.secrets).forEach(registerSecret);
  }

  /**
   * The home of a checkout: `<checkout>/.dolphinstage`. As root, servers and tasks run as other OS users;
   * where these can't enter the checkout (it is below /root, for example), the home is a folder of
   * /var/lib/dolphinstage that `.dolphinstage` links to.
   */
  static of(checkout: string): Home {
    const link = join(checkout, NAME);
    if (process.getuid?.() !== 0 || othersMayEnter(checkout)) return new Home(link);
    forgetOrphans();
    const path = join(
      SHARED_HOMES,
      createHash('sha256').update(resolve(checkout)).digest('hex').slice(0, 12),
    );
    const home = new Home(path);
    writeFileSync(join(path, 'checkout'), resolve(checkout));
    if (!existsSync(link)) {
      rmSync(link, { force: true });
      symlinkSync(path, link);
    }
    return home;
  }

  /** Another platform in the same folder, with servers and data of its own. */
  sibling(name: string): Home {
    return new Home(join(this.path, name));
  }

  /** A path below the home; its folder is made. */
  file(...parts: string[]): string {
    const path = join(this.path, ...parts);
    mkdirSync(dirname(path), { recursive: true });
    return path;
  }

  /** A folder below the home; it is made. */
  folder(...parts: string[]): string {
    const path = join(this.path, ...parts);
    mkdirSync(path, { recursive: true });
    return path;
  }

  /**
   * The port kept under a name. One that somebody else has taken since is replaced, unless it is in use
   * by our own server (`keep`).
   */
  async port(name: string, keep = false): Promise<number> {
    const known = this.ports[name];
    if (known !== undefined && (keep || (await portIsFree(known)))) return known;
    const port = await freePort(new Set(Object.values(this.ports)));
    this.ports[name] = port;
    writeJson(join(this.path, 'ports.json'), this.ports, 0o644);
    return port;
  }

  /** A random password, made at the first call: 120 bits in 20 characters (DolphinScheduler takes 22 at most). */
  secret(name: string): string {
    const known = this.secrets[name];
    if (known) return known;
    const secret = randomBytes(15).toString('base64url');
    this.keepSecret(name, secret);
    return secret;
  }

  /** Keeps a secret that a server has made, such as a token; mode 0600. */
  keepSecret(name: string, secret: string): void {
    registerSecret(secret);
    this.secrets[name] = secret;
    writeJson(join(this.path, 'secrets.json'), this.secrets, 0o600);
  }

  knownSecret(name: string): string | undefined {
    return this.secrets[name];
  }
}

function readJson<T extends object>(path: string): T {
  return (existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : {}) as T;
}

/** Whole or not at all: a kill in the middle leaves the old file. @public */
export function writeJson(path: string, value: unknown, mode: number): void {
  writeFileSync(`${path}.part`, `${JSON.stringify(value, null, 2)}\n`, { mode });
  renameSync(`${path}.part`, path);
}

/** True when every OS user may enter a folder, or run a file, and all the folders above it. @public */
export function othersMayEnter(start: string): boolean {
  for (let path = resolve(start); ; path = dirname(path)) {
    if (!(statSync(path).mode & OTHERS_MAY_ENTER)) return false;
    if (path === dirname(path)) return true;
  }
}

/** Removes the homes of checkouts that are gone. */
function forgetOrphans(): void {
  if (!existsSync(SHARED_HOMES)) return;
  for (const name of readdirSync(SHARED_HOMES)) {
    const folder = join(SHARED_HOMES, name);
    const note = join(folder, 'checkout');
    if (!existsSync(note)) continue;
    const checkout = readFileSync(note, 'utf8');
    const link = join(checkout, NAME);
    const linked =
      existsSync(checkout) && lstatSync(link, { throwIfNoEntry: false })?.isSymbolicLink();
    if (!linked) rmSync(folder, { recursive: true, force: true });
  }
}
