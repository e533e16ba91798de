import type { Command } from 'commander';
import {
  listModels,
  readModel,
  type LookSummary,
  type ModelSummary,
  type ModelView,
  type NightSummary,
} from '@dolphinstage/tasks-model-retraining/models';
import type { CliContext } from '../context';
import { shortTime } from '../people';
import { textTable } from '../table';
import { modelOptions, withModels, type ModelOptions } from './options';

const NONE = '–';
const figure = (value: number | undefined) => (value === undefined ? NONE : value.toFixed(4));
const night = (of: NightSummary | null) => (of ? `${of.day} ${of.outcome ?? 'not ended'}` : NONE);
const look = (of: LookSummary | null) =>
  of ? `${shortTime(of.at)} ${of.reasons.length > 0 ? of.action : 'well'}` : NONE;

function candidate({ candidate: number, mode, share }: ModelSummary): string {
  if (number === null) return NONE;
  return mode === 'percentage'
    ? `${number} (${Math.round((share ?? 0) * 100)} %)`
    : `${number} (shadow)`;
}

export function registerList(models: Command, cli: CliContext): void {
  modelOptions(models.command('list', { isDefault: true }))
    .description(
      'all models: what is live, how the last night ended, whether the live version is well',
    )
    .action(async (options: ModelOptions) => {
      const all = await withModels(cli, options, db => listModels(db));
      if (options.json) {
        cli.json({ models: all });
        return;
      }
      if (all.length === 0) {
        cli.out('No model has had a night.');
        return;
      }
      cli.out(
        textTable(
          ['model', 'owner', 'live', 'before', 'candidate', 'last night', 'last look'],
          all.map(model => [
            ...[model.name, model.owner, model.current ?? NONE, model.previous ?? NONE],
            ...[candidate(model), night(model.lastNight), look(model.lastLook)],
          ]),
        ),
      );
    });
}

function text(model: ModelView): string {
  const { current, previous } = model;
  const state = (number: number, condemned: boolean) => {
    if (number === current) return 'live';
    if (number === model.candidate) return 'candidate';
    if (condemned) return 'taken back';
    return number === previous ? 'before' : '';
  };
  const parts = [
    `${model.name} (${model.owner}): ${current === null ? 'no version is live' : `version ${current} is live`}`,
    textTable(
      ['version', 'state', 'day', 'accuracy', 'AUC', 'log loss', 'by'],
      model.versions.map(({ number, condemned, day, metrics, createdBy }) => [
        ...[number, state(number, condemned), day],
        ...[figure(metrics.accuracy), figure(metrics.auc), figure(metrics.logLoss), createdBy],
      ]),
    ),
    textTable(
      ['night', 'outcome', 'why'],
      model.nights.map(({ day, outcome, reasons }) => [
        ...[day, outcome ?? 'not ended', reasons.join('; ')],
      ]),
    ),
    textTable(
      ['look', 'version', 'action', 'why'],
      model.looks.map(({ at, version, action, reasons }) => [
        ...[shortTime(at), version, action, reasons.join('; ')],
      ]),
    ),
    textTable(
      ['switch', 'kind', 'from', 'to', 'who', 'why'],
      model.switches.map(({ at, kind, from, to, who, why }) => [
        ...[shortTime(at), kind, from ?? NONE, to, who, why],
      ]),
    ),
  ];
  return parts.join('\n\n');
}

export function registerShow(models: Command, cli: CliContext): void {
  modelOptions(models.command('show'))
    .description(
      "a model's versions, nights with their reasons, looks and switches, the newest first",
    )
    .argument('<model>')
    .action(async (name: string, options: ModelOptions) => {
      const model = await withModels(cli, options, db => readModel(db, name));
      if (options.json) cli.json(model);
      else cli.out(text(model));
    });
}
