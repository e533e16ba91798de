import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testPlatform } from '@dolphinstage/embedded';
import type { Connections, TaskDefinition } from '@dolphinstage/task-kit';
import { runTaskForTest, type TestRun } from '@dolphinstage/task-kit/testing';
import { BundleStore, FileStore } from '@dolphinstage/model-kit';
import type { Pool } from 'pg';
import type { z } from 'zod';
import { collect, deploy, evaluate, features, gate, register, train, type StepOutput } from '..';
import type { WrittenPlan } from '../plan';
import { loadChurn } from './churn';
import { tagOf } from '../mlflow/answers';
import { Mlflow } from '../mlflow/client';
import { createDatabase, PACK_ROOT, type TestDatabase } from './database';

export const DAY = '2026-11-28';
/** One suite's own: all share a MLflow. */
export const MODEL = `churn-${randomUUID().slice(0, 8)}`;

const NUMBERS = [
  ...['account_length', 'number_vmail_messages', 'total_day_minutes', 'total_day_charge'],
  ...['total_eve_minutes', 'total_night_minutes', 'total_intl_minutes', 'total_intl_calls'],
];

/** A night's day, so many before the last. */
export const dayBefore = (nights: number): string =>
  new Date(Date.parse(DAY) - nights * 86_400_000).toISOString().slice(0, 10);

/** As good a plan for each night, the first and those before it: all of them go live. */
export function passingPlan(night: number, more: Partial<WrittenPlan> = {}): WrittenPlan {
  return night === 0 ? churnPlan(more) : weakPlan({ features: churnPlan().features, ...more });
}

/** A plan that is small enough for tests. */
export function churnPlan(more: Partial<WrittenPlan> = {}): WrittenPlan {
  return {
    name: MODEL,
    owner: 'group:default/data-platform',
    data: {
      entities: { table: 'shop.customer', key: 'customer_id', cutOff: 'cut_off', label: 'churn' },
      events: [{ table: 'shop.service_call', key: 'customer_id', time: 'at' }],
      query: `select customer.*, (
          select count(*) from service_call s where s.customer_id = customer.customer_id
        ) as service_calls
        from customer`,
    },
    positive: 'yes',
    features: [
      ...NUMBERS.map(name => ({ name, kind: 'numeric' as const, from: { field: name } })),
      { name: 'service_calls', kind: 'numeric', from: { field: 'service_calls' } },
      { name: 'international_plan', kind: 'categorical', from: { field: 'international_plan' } },
      { name: 'voice_mail_plan', kind: 'categorical', from: { field: 'voice_mail_plan' } },
      {
        name: 'price_of_a_minute',
        kind: 'numeric',
        from: { ratio: ['total_day_charge', 'total_day_minutes'] },
      },
    ],
    trainer: {
      ...{ kind: 'forest', trees: 40, grid: { minLeafRows: [3, 10] }, folds: 2, threads: 2 },
      calibration: 'platt',
    },
    gates: { segments: { columns: ['region'] } },
    ...more,
  };
}

/** Little is known, and no gate is in its way: live, and easy to be better than. */
export function weakPlan(more: Partial<WrittenPlan> = {}): WrittenPlan {
  return churnPlan({
    features: [
      { name: 'total_eve_minutes', kind: 'numeric', from: { field: 'total_eve_minutes' } },
      { name: 'account_length', kind: 'numeric', from: { field: 'account_length' } },
      { name: 'international_plan', kind: 'categorical', from: { field: 'international_plan' } },
    ],
    gates: {
      ...{ threshold: { above: 0.01 }, better: { test: 'bootstrap', margin: 9 } },
      ...{ calibration: { most: 0.99 }, segments: { worse: 0.99 }, drift: { psi: 99 } },
    },
    ...more,
  });
}

/** Real servers, a folder, and customers of real data, for the nights of one suite. */
export class World {
  private constructor(
    readonly database: TestDatabase,
    readonly folder: string,
  ) {}

  /** @param copies - how often all customers are there. */
  static async create(copies = 1): Promise<World> {
    const database = await createDatabase();
    const world = new World(database, mkdtempSync(join(tmpdir(), 'retraining-files-')));
    try {
      await loadChurn(database.db, DAY, copies);
    } catch (error) {
      await world.close();
      throw error;
    }
    return world;
  }

  get db(): Pool {
    return this.database.db;
  }

  get connections(): Connections {
    const { settings } = this.database;
    return {
      ...{ ops: settings, models: settings, warehouse: settings },
      files: { kind: 'files', path: this.folder },
      mlflow: { kind: 'http', baseUrl: testPlatform().mlflow.url },
    };
  }

  /** MLflow, as the tests ask it. */
  readonly mlflow = Mlflow.open({ kind: 'http', baseUrl: testPlatform().mlflow.url });

  /** The bundles of versions, as tasks keep them. */
  get bundles(): BundleStore {
    return new BundleStore(new FileStore(join(this.folder, 'bundles')));
  }

  /** Connections as tasks name them. */
  readonly named = {
    models: { connection: 'models' },
    data: { connection: 'warehouse' },
    files: { connection: 'files' },
    mlflow: { connection: 'mlflow' },
  };

  run<I extends z.ZodType, O extends z.ZodType>(
    task: TaskDefinition<I, O>,
    input: object,
    connections: Connections = {},
  ): Promise<TestRun<z.output<O>>> {
    return runTaskForTest(task, { ...this.named, ...input } as z.input<I>, {
      connections: { ...this.connections, ...connections },
      packRoot: PACK_ROOT,
    });
  }

  /** All steps of a night, one after the other; what the last one said. */
  async night(plan: WrittenPlan, day = DAY): Promise<StepOutput> {
    await this.run(collect, { plan, day });
    let output: StepOutput | undefined;
    for (const step of [features, train, evaluate, gate, register, deploy]) {
      output = (await this.run(step, { model: plan.name, day })).output;
    }
    return output!;
  }

  /** A column of a query's rows. */
  async values(sql: string, parameters?: unknown[]): Promise<unknown[]> {
    const { rows } = await this.db.query({ text: sql, values: parameters, rowMode: 'array' });
    return rows.map(row => (row as unknown[])[0]);
  }

  /** Traffic of a live version, and labels that come a moment later. */
  async traffic(version: number, rows: number, shareRight: number): Promise<void> {
    await this.db.query(
      `with asked as (
        insert into models.prediction (request, model, version, entity, inputs, score, ms)
        select gen_random_uuid(), $1, $2::int, gen_random_uuid(), '{}', 0.9, 3
        from generate_series(1, $3::int)
        returning entity
      )
      insert into models.label (model, entity, label, known_at)
      select $1, entity, case when row_number() over () <= $3::int * $4::float8 then 'yes' else 'no' end,
        clock_timestamp() + interval '1 second'
      from asked`,
      [MODEL, version, rows, shareRight],
    );
  }

  /** Forgets all runs, versions and models. */
  async forget(): Promise<void> {
    await this.db.query(`truncate models.retraining, models.watch, models.prediction, models.label,
      models.switch, models.deployment, models.version, models.model cascade`);
  }

  async close(): Promise<void> {
    await this.database.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** All that is told of the model, in both registries; MLflow's versions and aliases by our numbers. */
export async function tellAll(world: World, mlflow: Mlflow) {
  const versions = await mlflow.versions(MODEL);
  const numberOf = (theirs: string | undefined) => {
    const version = versions.find(each => each.version === theirs);
    return version && tagOf(version, 'dolphinstage.version');
  };
  const { rows } = await world.db.query<Record<string, unknown>>(`
    select v.number, v.bundle, v.mlflow_run, v.metrics, d.current, d.previous, d.generation
    from models.version v join models.deployment d on d.model = v.model order by number`);
  return {
    postgres: rows,
    mlflow: versions.map(version => [
      ...[tagOf(version, 'dolphinstage.version'), version.run_id],
      tagOf(version, 'dolphinstage.bundle'),
    ]),
    champion: numberOf(await mlflow.alias(MODEL, 'champion')),
    challenger: numberOf(await mlflow.alias(MODEL, 'challenger')),
  };
}
