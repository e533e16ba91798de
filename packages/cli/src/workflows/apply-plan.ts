import type { DolphinSchedulerClient } from '@dolphinstage/dolphinscheduler-client';
import {
  apply,
  outcomeError,
  planJson,
  planText,
  type ApplyOutcome,
  type Plan,
} from '@dolphinstage/workflows';
import type { CliContext } from '../context';

const DONE = {
  create: 'created',
  update: 'updated',
  schedule: 'schedule updated',
  adopt: 'adopted',
  drifted: 'put back',
  unchanged: 'unchanged',
  conflict: 'left alone',
} as const;

/** How a plan is carried out. */
export interface ApplyPlanOptions {
  /** One JSON object instead of lines. */
  readonly json?: boolean;
  /** How long to wait for another apply in the same project, in milliseconds. */
  readonly lockTimeoutMs?: number;
}

function outcomeText(outcome: ApplyOutcome): string {
  const name = `${outcome.project}/${outcome.id}`;
  const error = outcomeError(outcome);
  return error
    ? `${name}: not ${DONE[outcome.action]}\n${error}`
    : `${name}: ${DONE[outcome.action]}`;
}

/**
 * Carries a plan out, and says what is done.
 *
 * @returns false where a workflow could not be written.
 */
export async function applyPlan(
  cli: CliContext,
  plan: Plan,
  client: DolphinSchedulerClient,
  { json = false, lockTimeoutMs }: ApplyPlanOptions = {},
): Promise<boolean> {
  if (!json) cli.note(planText(plan));
  const { made, workflows } = await apply(client, plan, {
    signal: cli.signal,
    lockTimeoutMs,
    onWait: who => cli.note(`waiting for another apply: ${who}`),
    onOutcome: outcome => {
      if (!json) cli.out(outcomeText(outcome));
    },
  });
  const failed = workflows.filter(({ error }) => error !== undefined);
  if (json) {
    const outcomes = workflows.map(outcome => ({
      project: outcome.project,
      id: outcome.id,
      action: outcome.action,
      error: outcomeError(outcome) ?? null,
    }));
    cli.json({ plan: planJson(plan), made, outcomes });
  } else {
    for (const { kind, name } of made) cli.out(`${kind} ${name}: made`);
    cli.out(`Applied: ${workflows.length - failed.length} written, ${failed.length} failed.`);
    if (failed.length > 0) {
      cli.out('What was written stays; those that failed are as they were. Apply again to finish.');
    }
  }
  return failed.length === 0;
}
