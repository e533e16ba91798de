import {
  createApiRef,
  type ApiRef,
  type DiscoveryApi,
  type FetchApi,
} from '@backstage/core-plugin-api';
import { ResponseError } from '@backstage/errors';
import type {
  DatasetList,
  DatasetQuality,
  QuarantineList,
  ReplayAnswer,
  ReplayRequest,
} from '@dolphinstage/plugin-data-quality-common';

/**
 * What the portal asks of its backend. Every call rejects with a `ResponseError` of the backend's words: `NotAllowedError`,
 * `NotFoundError`, `ServiceUnavailableError` (Kafka doesn't answer) …
 *
 * @public
 */
export interface DataQualityApi {
  /** The data sets that the caller may see. */
  datasets(): Promise<DatasetList>;
  /** Scores and alerts; of the newest windows 200 unless told. */
  quality(dataset: string, options?: { windows?: number }): Promise<DatasetQuality>;
  /** The newest rows first; 100 unless told. */
  quarantine(
    dataset: string,
    options?: { check?: string; limit?: number },
  ): Promise<QuarantineList>;
  /** Sends rows back to their topic, or says which would be. */
  replay(dataset: string, request: ReplayRequest): Promise<ReplayAnswer>;
}

/** @public */
export const dataQualityApiRef: ApiRef<DataQualityApi> = createApiRef<DataQualityApi>({
  id: 'plugin.data-quality.service',
});

/**
 * {@link DataQualityApi} of the backend plugin `data-quality`.
 *
 * @public
 */
export class DataQualityClient implements DataQualityApi {
  readonly #discovery: DiscoveryApi;
  readonly #fetch: FetchApi;

  constructor({ discoveryApi, fetchApi }: { discoveryApi: DiscoveryApi; fetchApi: FetchApi }) {
    this.#discovery = discoveryApi;
    this.#fetch = fetchApi;
  }

  datasets(): Promise<DatasetList> {
    return this.#ask('/v1/datasets');
  }

  quality(dataset: string, options: { windows?: number } = {}): Promise<DatasetQuality> {
    return this.#ask(`${pathOf(dataset)}${searchOf(options)}`);
  }

  quarantine(
    dataset: string,
    options: { check?: string; limit?: number } = {},
  ): Promise<QuarantineList> {
    return this.#ask(`${pathOf(dataset)}/quarantine${searchOf(options)}`);
  }

  replay(dataset: string, request: ReplayRequest): Promise<ReplayAnswer> {
    return this.#ask(`${pathOf(dataset)}/quarantine/replay`, request);
  }

  async #ask<T>(path: string, body?: object): Promise<T> {
    const base = await this.#discovery.getBaseUrl('data-quality');
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

function pathOf(dataset: string): string {
  return `/v1/datasets/${encodeURIComponent(dataset)}`;
}

function searchOf(query: Readonly<Record<string, string | number | undefined>>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) search.set(name, String(value));
  }
  return search.size > 0 ? `?${search}` : '';
}
