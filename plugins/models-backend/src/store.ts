import { ConflictError, NotFoundError, ServiceUnavailableError } from '@backstage/errors';
import { isDolphinstageError } from '@dolphinstage/common';
import { openPostgres } from '@dolphinstage/task-kit';
import {
  listModels,
  readModel,
  switchModel,
  type ModelSummary,
  type ModelView,
  type Switched,
  type SwitchOrder,
} from '@dolphinstage/tasks-model-retraining/models';
import type { Pool } from 'pg';
import type { Settings } from './settings';

const QUERY_MS = 10_000;
/** A night may hold the model for so long before a person is told to come again, in seconds. */
const WAIT_SECONDS = 5;
/** PostgreSQL's undefined_table and invalid_schema_name. */
const NO_TABLES = new Set(['42P01', '3F000']);
const NOT_CONFIGURED = 'no PostgreSQL is named below models in app-config.yaml';

/** Models, as they are written down in PostgreSQL. */
export class ModelStore {
  private opened: Promise<Pool> | undefined;

  constructor(private readonly settings: Settings) {}

  /** @param model - only this one. */
  list(model?: string): Promise<readonly ModelSummary[]> {
    return this.ask(db => listModels(db, model));
  }

  /** @throws NotFoundError, ServiceUnavailableError. */
  read(model: string): Promise<ModelView> {
    return this.ask(db => readModel(db, model));
  }

  /** @throws ConflictError, InputError, NotFoundError, ServiceUnavailableError. */
  switch(order: Omit<SwitchOrder, 'waitSeconds'>): Promise<Switched> {
    return this.ask(db => switchModel(db, { ...order, waitSeconds: WAIT_SECONDS }));
  }

  async close(): Promise<void> {
    await (await this.opened)?.end();
  }

  private async ask<T>(use: (db: Pool) => Promise<T>): Promise<T> {
    try {
      return await use(await this.pool());
    } catch (error) {
      throw answerable(error);
    }
  }

  private pool(): Promise<Pool> {
    const { postgres } = this.settings;
    if (!postgres) throw new ServiceUnavailableError(NOT_CONFIGURED);
    this.opened ??= openPostgres(
      { kind: 'postgres', ...postgres },
      { query_timeout: QUERY_MS, connectionTimeoutMillis: QUERY_MS, max: 3 },
    ).catch((error: unknown) => {
      // It is tried again with the next request.
      this.opened = undefined;
      throw error;
    });
    return this.opened;
  }
}

/** An error of PostgreSQL's, or of ours, as Backstage answers it: with no address. */
function answerable(error: unknown): Error {
  if (error instanceof ServiceUnavailableError) return error;
  if (isDolphinstageError(error)) {
    const words = `${error.message}. ${error.todo ?? ''}`.trim();
    if (error.code === 'MODEL_UNKNOWN') return new NotFoundError(words);
    if (error.code === 'MODEL_BUSY') return new ConflictError(words);
    if (error.code === 'SWITCH_INVALID') return new ConflictError(words);
  }
  if (NO_TABLES.has((error as { code?: string }).code ?? '')) {
    return new NotFoundError('no model has had a night: the tables of models are not there');
  }
  return new ServiceUnavailableError('PostgreSQL does not answer; try again in a minute');
}
