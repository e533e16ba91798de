import type { ConnectionSettings } from '@dolphinstage/task-kit';
import type { AxiosInstance } from 'axios';
import { z } from 'zod';
import type { SchemaRule } from '../contract';
import { QualityError } from '../errors';
import { decoderOf, registeredSchema, type RegisteredSchema, type SchemaDecoder } from './decoder';

const REQUEST_MS = 5_000;
/** How many ids are asked for at once. */
const AT_ONCE = 8;
/** For how long it is believed that an id isn't there, or isn't of a subject: both can change. */
const BRIEFLY_MS = 30_000;
const RETRY_MS = { first: 100, most: 3_000 };
/** The registry's own word that it doesn't have something: any other 404 may be a wrong address. */
const NOT_FOUND = new Set([40401, 40402, 40403]);

const usageSchema = z.array(z.object({ subject: z.string(), version: z.int() }));

/** What the registry says of an id. A schema never changes: what reads its rows is kept for ever. */
export type SchemaAnswer = SchemaDecoder | RefusedSchema;

/** Rows of this schema can't be read. */
export interface RefusedSchema {
  readonly refused: string;
}

interface Told {
  readonly answer: SchemaAnswer;
  /** When what it says of rows that aren't read is asked again, in ms since 1970. */
  readonly until: number;
}

interface Usage {
  readonly versions: z.output<typeof usageSchema>;
  readonly until: number;
}

/**
 * A Confluent schema registry, or another one with its API (v7): what it has said is looked up without waiting, so that rows are
 * decoded without; what isn't known yet is asked for before. It is never taken for an answer that it doesn't answer.
 *
 * @public
 */
export class SchemaRegistry {
  /** Requests sent, by what came of them. */
  readonly requests = { answered: 0, failed: 0 };
  private readonly told = new Map<number, Told>();
  private readonly usages = new Map<number, Usage>();
  private readonly asking = new Map<string, Promise<void>>();
  private readonly api: AxiosInstance;
  private readonly address: string;
  private away: { readonly error: QualityError; readonly until: number; delay: number } | undefined;

  /** @param settings - where its API is, with a token (Bearer) or an account in the address (Basic). */
  constructor({ baseUrl, token }: Pick<ConnectionSettings<'http'>, 'baseUrl' | 'token'>) {
    // Loaded where it is used: most replicas have no registry.
    const { default: axios } = require('axios') as typeof import('axios');
    const url = new URL(baseUrl);
    const [username, password] = [url.username, url.password].map(decodeURIComponent);
    Object.assign(url, { username: '', password: '' });
    this.address = url.href;
    this.api = axios.create({
      baseURL: url.href.replace(/\/$/, ''),
      timeout: REQUEST_MS,
      // The credentials are for this address, not for where it points.
      maxRedirects: 0,
      headers: {
        accept: 'application/vnd.schemaregistry.v1+json, application/json',
        ...(token ? { authorization: `Bearer ${token}` } : {}),
      },
      ...(username ? { auth: { username, password: password ?? '' } } : {}),
    });
  }

  /**
   * What it has said of an id; undefined where it has to be asked first.
   *
   * @internal
   */
  get(id: number): SchemaAnswer | undefined {
    return this.told.get(id)?.answer;
  }

  /** Whether an id's schema is one that a contract lists, as far as was asked. */
  lists(id: number, { subject, versions }: SchemaRule): boolean {
    return (this.usages.get(id)?.versions ?? []).some(
      usage => usage.subject === subject && (versions?.includes(usage.version) ?? true),
    );
  }

  /**
   * Whether it has to be asked before rows of this id can be judged.
   *
   * @param rules - what contracts say of the id; none where any schema will do.
   */
  lacks(id: number, rules: readonly SchemaRule[]): boolean {
    const now = Date.now();
    const told = this.told.get(id);
    if (!told || told.until <= now) return true;
    if (rules.length === 0 || 'refused' in told.answer) return false;
    if (rules.some(rule => this.lists(id, rule))) return false;
    return (this.usages.get(id)?.until ?? 0) <= now;
  }

  /**
   * Asks for what is lacking. While it is away it is asked seldom, however many partitions wait for it.
   *
   * @param usage - also by which subjects and versions the schemas are known.
   * @throws QualityError `REGISTRY_AWAY` with the reason, where it gives no answer.
   */
  async learn(ids: Iterable<number>, usage: boolean): Promise<void> {
    const now = Date.now();
    if (this.away && now < this.away.until) throw this.away.error;
    this.forget(now);
    const all = [...ids];
    for (let at = 0; at < all.length; at += AT_ONCE) {
      await Promise.all(all.slice(at, at + AT_ONCE).map(id => this.ask(id, usage)));
    }
    this.away = undefined;
  }

  /** What garbage is taken for ids must not stay for ever. */
  private forget(now: number): void {
    for (const [id, { until }] of this.told) {
      if (until > now) continue;
      this.told.delete(id);
      this.usages.delete(id);
    }
  }

  private ask(id: number, usage: boolean): Promise<void> {
    const key = `${id} ${usage}`;
    const asked =
      this.asking.get(key) ??
      this.fetch(id, usage).finally(() => {
        this.asking.delete(key);
      });
    this.asking.set(key, asked);
    return asked;
  }

  private async fetch(id: number, usage: boolean): Promise<void> {
    const known = this.told.get(id)?.answer;
    if (!known || 'refused' in known) {
      const answer = await this.answerOf(id);
      const until = 'refused' in answer ? Date.now() + BRIEFLY_MS : Number.POSITIVE_INFINITY;
      this.told.set(id, { answer, until });
      if ('refused' in answer) return;
    }
    if (!usage) return;
    const versions = await this.read(`/schemas/ids/${id}/versions`, usageSchema);
    this.usages.set(id, { versions: versions ?? [], until: Date.now() + BRIEFLY_MS });
  }

  private async answerOf(id: number): Promise<SchemaAnswer> {
    const schema = await this.read(`/schemas/ids/${id}`, registeredSchema);
    if (!schema) return { refused: 'names a schema that the registry has not' };
    const references = await this.referencesOf(schema);
    if (!references) return { refused: 'has a schema that names one the registry has not' };
    try {
      return decoderOf(schema, references);
    } catch {
      return { refused: "has a schema that can't be read" };
    }
  }

  /** The schemas that one names, each after those that it names itself; undefined where one isn't there. */
  private async referencesOf(
    schema: RegisteredSchema,
    found = new Map<string, RegisteredSchema & { readonly name: string }>(),
  ): Promise<readonly (RegisteredSchema & { readonly name: string })[] | undefined> {
    for (const { name, subject, version } of schema.references ?? []) {
      if (found.has(name)) continue;
      const path = `/subjects/${encodeURIComponent(subject)}/versions/${version}`;
      const named = await this.read(path, registeredSchema);
      if (!named || !(await this.referencesOf(named, found))) return undefined;
      found.set(name, { ...named, name });
    }
    return [...found.values()];
  }

  /** undefined where the registry says that it has none. */
  private async read<T>(path: string, shape: z.ZodType<T>): Promise<T | undefined> {
    try {
      const { data } = await this.api.get<unknown>(path);
      const parsed = shape.safeParse(data);
      // Whoever stands before it may answer in its place.
      if (!parsed.success) throw new Error('what answers is no schema registry');
      this.requests.answered += 1;
      return parsed.data;
    } catch (cause) {
      const { response } = cause as {
        response?: { status: number; data?: { error_code?: number } };
      };
      if (response?.status === 404 && NOT_FOUND.has(response.data?.error_code ?? 0)) {
        this.requests.answered += 1;
        return undefined;
      }
      this.requests.failed += 1;
      throw this.awayNow(cause);
    }
  }

  private awayNow(cause: unknown): QualityError {
    const now = Date.now();
    // Several requests that fail at once are one failure.
    if (this.away && now < this.away.until) return this.away.error;
    const delay = Math.min(RETRY_MS.most, (this.away?.delay ?? RETRY_MS.first / 2) * 2);
    const error = new QualityError('REGISTRY_AWAY', reasonOf(cause), {
      where: this.address,
      todo: 'Look at the registry and at its connection; rows wait for it.',
      cause,
    });
    this.away = { error, until: now + delay, delay };
    return error;
  }
}

function reasonOf(cause: unknown): string {
  const { response, code, message } = cause as {
    response?: { status: number };
    code?: string;
    message?: string;
  };
  const status = response?.status;
  if (status === 401 || status === 403) {
    return `the schema registry refuses the credentials (HTTP ${status})`;
  }
  const why = status === undefined ? (code ?? message) : `HTTP ${status}`;
  return `the schema registry gives no answer (${why})`;
}
