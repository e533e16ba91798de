import type { PoolClient } from 'pg';
import { statements } from '@dolphinstage/task-kit';
import { RetrainingError } from '../errors';

type Statement =
  | ('model' | 'deployment-row' | 'register' | 'by-bundle' | 'versions' | 'remember-run')
  | ('deployment' | 'switch' | 'candidate' | 'notify' | 'history');

/** A version as it is registered. */
export interface NewVersion {
  readonly bundle: string;
  readonly params: Readonly<Record<string, string>>;
  readonly metrics: Readonly<Record<string, number>>;
  readonly gates: unknown;
  readonly window: { readonly from: string; readonly to: string };
  readonly day: string;
  readonly code: string;
  readonly by: string;
}

/** A version as it stands. */
export interface Version {
  readonly number: number;
  readonly bundle: string;
  readonly params: Readonly<Record<string, string>>;
  readonly metrics: Readonly<Record<string, number>>;
  readonly day: string;
  readonly mlflowRun: string | null;
  /** ms since 1970. */
  readonly createdAt: number;
}

/** What is live. */
export interface Deployment {
  readonly current: number | null;
  readonly previous: number | null;
  readonly candidate: number | null;
  readonly generation: number;
}

/** One change of what is live. */
export interface Switch {
  readonly kind: 'promote' | 'rollback';
  readonly from: number | null;
  readonly to: number;
  readonly why: string;
  readonly who: string;
  /** ms since 1970. */
  readonly at: number;
}

/** Models, versions and what is live, in PostgreSQL. */
export class Versions {
  private readonly sql: Record<Statement, string>;

  constructor(
    private readonly client: PoolClient,
    asset: (path: string) => string,
    private readonly model: string,
  ) {
    this.sql = statements<Statement>(asset('sql/versions.sql'));
  }

  async describe(owner: string, description: string): Promise<void> {
    await this.client.query(this.sql.model, [this.model, owner, description]);
    await this.client.query(this.sql['deployment-row'], [this.model]);
  }

  /** @returns its number; of a bundle that is registered already the one it has. */
  async register(version: NewVersion): Promise<number> {
    const { bundle, params, metrics, gates, window, day, code, by } = version;
    await this.client.query(this.sql.register, [
      ...[this.model, bundle, params, metrics, JSON.stringify(gates)],
      ...[window.from, window.to, day, code, by],
    ]);
    const { rows } = await this.client.query<{ number: number }>(this.sql['by-bundle'], [
      this.model,
      bundle,
    ]);
    return rows[0]!.number;
  }

  async all(): Promise<Version[]> {
    return (await this.client.query<Version>(this.sql.versions, [this.model])).rows;
  }

  async rememberRun(number: number, run: string): Promise<void> {
    await this.client.query(this.sql['remember-run'], [this.model, number, run]);
  }

  async deployment(): Promise<Deployment> {
    const { rows } = await this.client.query<Deployment>(this.sql.deployment, [this.model]);
    return rows[0] ?? { current: null, previous: null, candidate: null, generation: 0 };
  }

  async history(): Promise<Switch[]> {
    return (await this.client.query<Switch>(this.sql.history, [this.model])).rows;
  }

  /**
   * Makes a version the live one, in one statement.
   *
   * @param generation - the deployment's when this was decided.
   * @throws RetrainingError `MODEL_BUSY` when it has been changed since.
   */
  async switchTo(
    number: number,
    kind: Switch['kind'],
    generation: number,
    { why, who }: { why: string; who: string },
  ): Promise<void> {
    const { rowCount } = await this.client.query(this.sql.switch, [
      ...[this.model, generation, number, kind, why, who],
    ]);
    if (rowCount !== 1) throw this.changed();
    await this.client.query(this.sql.notify, [this.model]);
  }

  async setCandidate(
    number: number,
    generation: number,
    mode: 'shadow' | 'percentage',
    share: number | null,
  ): Promise<void> {
    const { rowCount } = await this.client.query(this.sql.candidate, [
      ...[this.model, generation, number, mode, share],
    ]);
    if (rowCount !== 1) throw this.changed();
    await this.client.query(this.sql.notify, [this.model]);
  }

  private changed(): RetrainingError {
    return new RetrainingError(
      'MODEL_BUSY',
      `somebody else has changed what is live of ${this.model}`,
      {
        where: 'models.deployment',
        todo: 'Look at what is live now, and decide again.',
      },
    );
  }
}
