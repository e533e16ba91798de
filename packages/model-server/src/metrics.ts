import { countsIn } from '@dolphinstage/model-kit';
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import type { LoadedModel, Scores } from './loaded-model';
import type { Served } from './models';
import type { LastNight } from './nights';

const PREFIX = 'dolphinstage_models_';

/** What the model server tells Prometheus. */
export class ServerMetrics {
  readonly registry = new Registry();
  private readonly registers = [this.registry];
  private readonly requests = this.counter('requests_total', 'Requests to predict, by outcome', [
    'model',
    'tenant',
    'outcome',
  ]);
  private readonly rows = this.counter('rows_total', 'Rows scored', ['model', 'version', 'role']);
  private readonly errors = this.counter('prediction_errors_total', 'Versions failing on rows', [
    'model',
    'version',
    'role',
  ]);
  private readonly inputs = this.counter(
    'input_rows_total',
    "Rows by bin of the feature's values in training; the last bin has the missing ones",
    ['model', 'version', 'feature', 'bin'],
  );
  private readonly switches = this.counter('switches_total', 'Versions that took over', ['model']);
  private readonly logged = this.counter('log_rows_total', 'Predictions by what became of them', [
    'outcome',
  ]);
  private readonly waiting = this.gauge('log_waiting_rows', 'Predictions not yet logged', []);
  private readonly version = this.gauge('current_version', 'The version that answers', ['model']);
  private readonly refused = this.gauge(
    'version_refused',
    "1 while a version that should be live or a candidate can't be loaded",
    ['model'],
  );
  private readonly nightEnded = this.gauge(
    'night_ended_timestamp_seconds',
    "When the model's last night ended",
    ['model'],
  );
  private readonly nightOutcome = this.gauge('night_outcome', '1 for how the last night ended', [
    'model',
    'outcome',
  ]);
  private readonly accuracy = this.gauge(
    'accuracy',
    "Accuracy: of the last night's candidate, promised of the live version, and measured of it",
    ['model', 'of'],
  );
  private readonly database = this.gauge('database_up', '0 while PostgreSQL does not answer', []);
  private readonly seconds = new Histogram({
    name: `${PREFIX}request_seconds`,
    help: 'From the whole request until its answer is made',
    labelNames: ['model', 'version'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
    registers: this.registers,
  });

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }

  answered(model: string, tenant: string, outcome: string): void {
    this.requests.inc({ model, tenant, outcome });
  }

  took(model: string, version: number, seconds: number): void {
    this.seconds.observe({ model, version }, seconds);
  }

  scored(model: LoadedModel, role: string, { columns, probabilities }: Scores): void {
    const labels = { model: model.file.name, version: model.version };
    this.rows.inc({ ...labels, role }, probabilities.length);
    for (const column of columns) {
      const reference = model.file.reference[column.name];
      if (!reference) continue;
      countsIn(reference, column).forEach((count, bin) => {
        if (count > 0) this.inputs.inc({ ...labels, feature: column.name, bin }, count);
      });
    }
  }

  failed({ file, version }: LoadedModel, role: string): void {
    this.errors.inc({ model: file.name, version, role });
  }

  switched(model: string): void {
    this.switches.inc({ model });
  }

  log(outcome: 'written' | 'dropped', rows: number): void {
    this.logged.inc({ outcome }, rows);
  }

  text(
    served: readonly Served[],
    nights: readonly LastNight[],
    waiting: number,
    databaseUp: boolean,
  ): Promise<string> {
    this.waiting.set(waiting);
    this.database.set(Number(databaseUp));
    this.version.reset();
    this.refused.reset();
    for (const { name: model, current, problem } of served) {
      if (current) this.version.set({ model }, current.version);
      this.refused.set({ model }, Number(problem !== undefined));
    }
    [this.nightEnded, this.nightOutcome, this.accuracy].forEach(gauge => gauge.reset());
    for (const { model, outcome, endedAt, accuracy, promised, measured } of nights) {
      this.nightEnded.set({ model }, endedAt);
      this.nightOutcome.set({ model, outcome }, 1);
      for (const [of, value] of Object.entries({ candidate: accuracy, promised, measured })) {
        if (value !== null) this.accuracy.set({ model, of }, value);
      }
    }
    return this.registry.metrics();
  }

  private counter<T extends string>(name: string, help: string, labelNames: T[]): Counter<T> {
    return new Counter({ name: PREFIX + name, help, labelNames, registers: this.registers });
  }

  private gauge<T extends string>(name: string, help: string, labelNames: T[]): Gauge<T> {
    return new Gauge({ name: PREFIX + name, help, labelNames, registers: this.registers });
  }
}
