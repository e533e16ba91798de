import {
  createApiRef,
  type ApiRef,
  type DiscoveryApi,
  type FetchApi,
} from '@backstage/core-plugin-api';
import { ResponseError } from '@backstage/errors';
import type {
  ModelDetails,
  ModelList,
  SwitchAnswer,
  SwitchRequest,
} from '@dolphinstage/plugin-models-common';

/**
 * What the portal asks of its backend. Every call rejects with a `ResponseError` of the backend's words: `NotAllowedError`,
 * `NotFoundError`, `ConflictError` (another version is live meanwhile), `ServiceUnavailableError` …
 *
 * @public
 */
export interface ModelsApi {
  /** The models that the caller may see. */
  models(): Promise<ModelList>;
  model(name: string): Promise<ModelDetails>;
  /** Makes another version the live one. */
  switch(name: string, request: SwitchRequest): Promise<SwitchAnswer>;
}

/** @public */
export const modelsApiRef: ApiRef<ModelsApi> = createApiRef<ModelsApi>({
  id: 'plugin.models.service',
});

/**
 * {@link ModelsApi} of the backend plugin `models`.
 *
 * @public
 */
export class ModelsClient implements ModelsApi {
  readonly #discovery: DiscoveryApi;
  readonly #fetch: FetchApi;

  constructor({ discoveryApi, fetchApi }: { discoveryApi: DiscoveryApi; fetchApi: FetchApi }) {
    this.#discovery = discoveryApi;
    this.#fetch = fetchApi;
  }

  models(): Promise<ModelList> {
    return this.#ask('/v1/models');
  }

  model(name: string): Promise<ModelDetails> {
    return this.#ask(`/v1/models/${encodeURIComponent(name)}`);
  }

  switch(name: string, request: SwitchRequest): Promise<SwitchAnswer> {
    return this.#ask(`/v1/models/${encodeURIComponent(name)}/switch`, request);
  }

  async #ask<T>(path: string, body?: object): Promise<T> {
    const base = await this.#discovery.getBaseUrl('models');
    const response = await this.#fetch.fetch(`${base}${path}`, {
      ...(body && {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(body),
      }),
    });
    if (!response.ok) throw await ResponseError.fromResponse(response);
    return (await response.json()) as T;
  }
}
