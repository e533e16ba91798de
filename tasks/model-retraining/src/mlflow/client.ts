import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { AxiosError, AxiosInstance } from 'axios';
import type { ConnectionSettings } from '@dolphinstage/task-kit';
import { z } from 'zod';
import { RetrainingError } from '../errors';
import {
  aliasesAnswer,
  experimentAnswer,
  modelVersion,
  run,
  versionPage,
  type MlflowRun,
  type MlflowVersion,
} from './answers';

const REQUEST_MS = 30_000;
const MAX_ANSWER = 256 * 1024 * 1024;
/** MLflow takes so many parameters in one request, and a parameter's text so long. */
const PARAMS_A_REQUEST = 100;
const PARAM_LENGTH = 6_000;
const NOT_THERE = 'RESOURCE_DOES_NOT_EXIST';
const THERE_ALREADY = 'RESOURCE_ALREADY_EXISTS';

/** MLflow's filters know no way to write a quote inside of one: names and digests have none. */
const quoted = (text: string) => `'${text}'`;

/**
 * MLflow's REST API, as far as a registry of models needs it. Each call may be made again: what is there already is no
 * error.
 *
 * @public
 */
export class Mlflow {
  private constructor(
    private readonly http: AxiosInstance,
    private readonly address: string,
  ) {}

  /** @param settings - where it is; its token goes as a bearer's. */
  static open({ baseUrl, token }: ConnectionSettings<'http'>): Mlflow {
    // Loaded when used: other tasks of the pack don't pay for it.
    const axios = require('axios') as typeof import('axios').default;
    const http = axios.create({
      baseURL: baseUrl.replace(/\/$/, ''),
      timeout: REQUEST_MS,
      maxContentLength: MAX_ANSWER,
      maxBodyLength: Infinity,
      // Of connections that are kept, MLflow closes those that were idle for 5 s, and says so to nobody: a request that
      // is sent just then is lost. A night sends some dozens.
      httpAgent: new HttpAgent({ keepAlive: false }),
      httpsAgent: new HttpsAgent({ keepAlive: false }),
      headers: token ? { Authorization: `Bearer ${token}` } : {},
    });
    return new Mlflow(http, baseUrl);
  }

  /** The experiment of a name; made where there is none. */
  async experiment(name: string): Promise<string> {
    const found = await this.ask('get', 'experiments/get-by-name', { experiment_name: name });
    if (found) {
      return this.read(experimentAnswer, found).experiment.experiment_id;
    }
    const made = await this.ask('post', 'experiments/create', { name });
    // Made by another meanwhile.
    if (!made) return this.experiment(name);
    return this.read(z.object({ experiment_id: z.string() }), made).experiment_id;
  }

  /** Runs of an experiment with a tag, the first made first. */
  async runsTagged(experiment: string, key: string, value: string): Promise<MlflowRun[]> {
    const found = await this.ask('post', 'runs/search', {
      experiment_ids: [experiment],
      filter: `tags.\`${key}\` = ${quoted(value)}`,
      order_by: ['attributes.start_time ASC'],
      max_results: 100,
    });
    return this.read(z.object({ runs: z.array(run).default([]) }), found ?? {}).runs;
  }

  /** @param startedAt - ms since 1970; whole ones, since MLflow drops all that stands after a number it can't read. */
  async createRun(
    experiment: string,
    name: string,
    startedAt: number,
    tags: Readonly<Record<string, string>>,
  ): Promise<MlflowRun> {
    const made = await this.tell('post', 'runs/create', {
      experiment_id: experiment,
      run_name: name,
      start_time: Math.round(startedAt),
      tags: Object.entries(tags).map(([key, value]) => ({ key, value })),
    });
    return this.read(z.object({ run }), made).run;
  }

  /** Parameters, which can't be changed, and metrics; the same ones again change nothing. */
  async log(
    runId: string,
    params: Readonly<Record<string, string>>,
    metrics: Readonly<Record<string, number>>,
    at: number,
  ): Promise<void> {
    const all = Object.entries(params).map(([key, value]) => ({
      key,
      value: value.slice(0, PARAM_LENGTH),
    }));
    const numbers = Object.entries(metrics).filter(([, value]) => Number.isFinite(value));
    await this.tell('post', 'runs/log-batch', {
      run_id: runId,
      params: all.slice(0, PARAMS_A_REQUEST),
      metrics: numbers.map(([key, value]) => ({ key, value, timestamp: Math.round(at), step: 0 })),
    });
  }

  async endRun(runId: string, status: 'FINISHED' | 'KILLED', at: number): Promise<void> {
    await this.tell('post', 'runs/update', { run_id: runId, status, end_time: Math.round(at) });
  }

  async tagRun(runId: string, key: string, value: string): Promise<void> {
    await this.tell('post', 'runs/set-tag', { run_id: runId, key, value });
  }

  async deleteRun(runId: string): Promise<void> {
    await this.tell('post', 'runs/delete', { run_id: runId });
  }

  /** Writes a file of a run; replaces it where it is there. */
  async putArtifact(target: MlflowRun, path: string, bytes: Uint8Array): Promise<void> {
    await this.send('put', this.artifactPath(target, path), Buffer.from(bytes), {
      'Content-Type': 'application/octet-stream',
    });
  }

  /** A file of a run; undefined where there is none. */
  async artifact(target: MlflowRun, path: string): Promise<Buffer | undefined> {
    const found = await this.send('get', this.artifactPath(target, path));
    return found === undefined ? undefined : Buffer.from(found as ArrayBuffer);
  }

  /** Where the tracking server itself hands out artifacts. */
  private artifactPath({ info }: MlflowRun, path: string): string {
    const { protocol, pathname } = new URL(info.artifact_uri);
    if (protocol !== 'mlflow-artifacts:') {
      throw new RetrainingError('MLFLOW_REFUSED', `artifacts lie at ${info.artifact_uri}`, {
        where: this.address,
        todo: 'Start MLflow with --serve-artifacts, so that they come through it.',
      });
    }
    const parts = [...pathname.split('/'), ...path.split('/')].filter(part => part.length > 0);
    return `/api/2.0/mlflow-artifacts/artifacts/${parts.map(encodeURIComponent).join('/')}`;
  }

  /** The registered model of a name; made where there is none. */
  async registeredModel(name: string, description: string): Promise<void> {
    await this.ask('post', 'registered-models/create', { name, description });
  }

  /** All versions of a model, the first made first. */
  async versions(name: string): Promise<MlflowVersion[]> {
    const found: MlflowVersion[] = [];
    let page: string | undefined;
    do {
      const asked = await this.ask('get', 'model-versions/search', {
        filter: `name=${quoted(name)}`,
        max_results: 1_000,
        ...(page ? { page_token: page } : {}),
      });
      const answer = this.read(versionPage, asked ?? {});
      found.push(...answer.model_versions);
      page = answer.next_page_token || undefined;
    } while (page);
    return found.sort((one, other) => Number(one.version) - Number(other.version));
  }

  async createVersion(
    name: string,
    source: MlflowRun,
    tags: Readonly<Record<string, string>>,
  ): Promise<MlflowVersion> {
    const made = await this.tell('post', 'model-versions/create', {
      name,
      source: `${source.info.artifact_uri}/bundle`,
      run_id: source.info.run_id,
      tags: Object.entries(tags).map(([key, value]) => ({ key, value })),
    });
    return this.read(z.object({ model_version: modelVersion }), made).model_version;
  }

  async deleteVersion(name: string, version: string): Promise<void> {
    await this.ask('delete', 'model-versions/delete', { name, version });
  }

  /** Which version an alias means; undefined where it means none. */
  async alias(name: string, alias: string): Promise<string | undefined> {
    // Asked for an alias that isn't there, MLflow answers as to a bad request.
    const found = await this.ask('get', 'registered-models/get', { name });
    if (!found) return undefined;
    const { registered_model: model } = this.read(aliasesAnswer, found);
    return model.aliases.find(each => each.alias === alias)?.version;
  }

  /** @param version - undefined: the alias means none any more. */
  async setAlias(name: string, alias: string, version: string | undefined): Promise<void> {
    if (version === undefined) {
      await this.ask('delete', 'registered-models/alias', { name, alias });
    } else {
      await this.tell('post', 'registered-models/alias', { name, alias, version });
    }
  }

  /** What a proxy in front answers, a page to log in at, isn't taken for MLflow's word. */
  private read<T>(schema: z.ZodType<T>, answer: unknown): T {
    const read = schema.safeParse(answer);
    if (read.success) return read.data;
    throw new RetrainingError('MLFLOW_REFUSED', "what answers doesn't answer as MLflow does", {
      where: this.address,
      todo: 'Let the connection name MLflow itself, with a token where one is asked for.',
      cause: read.error,
    });
  }

  /** As {@link Mlflow.tell}, but undefined where it isn't there, or is there already. */
  private async ask(...told: Parameters<Mlflow['tell']>): Promise<unknown> {
    try {
      return await this.tell(...told);
    } catch (error) {
      const { response } = ((error as Error).cause ?? {}) as AxiosError<{ error_code?: string }>;
      const code = response?.data?.error_code;
      if (code === NOT_THERE || code === THERE_ALREADY) return undefined;
      throw error;
    }
  }

  private tell(
    method: 'get' | 'post' | 'delete',
    path: string,
    content: Readonly<Record<string, unknown>>,
  ): Promise<unknown> {
    const url = `/api/2.0/mlflow/${path}`;
    return method === 'get'
      ? this.send('get', `${url}?${new URLSearchParams(content as Record<string, string>)}`)
      : this.send(method, url, content);
  }

  private async send(
    method: string,
    url: string,
    data?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<unknown> {
    const isFile = url.includes('/mlflow-artifacts/');
    try {
      const answer = await this.http.request<unknown>({
        method,
        url,
        data,
        headers,
        responseType: isFile && method === 'get' ? 'arraybuffer' : 'json',
      });
      return answer.data;
    } catch (error) {
      const { response, message } = error as AxiosError<{ error_code?: string; message?: string }>;
      if (!response) {
        throw new RetrainingError('MLFLOW_UNAVAILABLE', `MLflow doesn't answer: ${message}`, {
          where: this.address,
          todo: 'Start it, or correct the connection; the step is repeated where it stopped.',
          cause: error,
        });
      }
      if (isFile && response.status === 404) return undefined;
      const said = response.data?.message ?? message;
      const down = response.status >= 500 || response.status === 429;
      throw new RetrainingError(
        down ? 'MLFLOW_UNAVAILABLE' : 'MLFLOW_REFUSED',
        `MLflow answers ${response.status} to ${url.split('?')[0]}: ${said}`,
        { where: this.address, todo: "Look at MLflow's log.", cause: error },
      );
    }
  }
}
