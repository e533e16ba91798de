import { problemsError } from '../errors';
import type { Change } from '../plan/change';
import { hasChanges, type Plan, type WorkflowPlan } from '../plan/plan-types';
import { dependencyText, planSummary, recoveryText, SIGNS } from './plan-text';

/** Longer values are cut; the whole of them is in the code's own difference. */
const LONGEST_VALUE = 200;
/** A comment on GitHub holds 65,536 characters, one on GitLab a million. */
const LONGEST_TEXT = 60_000;

/**
 * A plan as a comment on a pull request: GitHub's and GitLab's Markdown, one folded part a workflow.
 *
 * @public
 */
export function planMarkdown(plan: Plan): string {
  const head = [`### Dolphinstage: ${planSummary(plan)}`, `Target \`${plan.options.target}\`.`];
  if (!hasChanges(plan) && plan.problems.length === 0) {
    return [...head, 'Nothing to do.'].join('\n\n');
  }
  const first = [...plan.recoveries.map(recoveryText), ...plan.dependencies.map(dependencyText)];
  const parts = plan.workflows.filter(({ action }) => action !== 'unchanged').map(workflowPart);
  const problems =
    plan.problems.length > 0 ? [fence(problemsError('PLAN_REFUSED', plan.problems).message)] : [];
  const lists = first.length > 0 ? [first.map(line => `- ${escape(line)}`).join('\n')] : [];
  return cut([...head, ...problems, ...lists], parts);
}

function cut(head: readonly string[], parts: readonly string[]): string {
  const text = [...head];
  let length = head.join('\n\n').length;
  for (const [index, part] of parts.entries()) {
    length += part.length + 2;
    if (length > LONGEST_TEXT) {
      text.push(`… and ${parts.length - index} more: \`dolphinstage plan\` shows all.`);
      break;
    }
    text.push(part);
  }
  return text.join('\n\n');
}

function workflowPart({ action, project, id, changes, downtime, notes }: WorkflowPlan): string {
  const title = `<b>${SIGNS[action]} ${escape(`${project}/${id}`)}</b>: ${action}`;
  const said = [...(downtime ? [`Downtime: ${downtime}`] : []), ...notes];
  return [
    `<details><summary>${title}</summary>`,
    ...(changes.length > 0 ? [changesTable(changes)] : []),
    ...(said.length > 0 ? [said.map(line => `- ${escape(line)}`).join('\n')] : []),
    '</details>',
  ].join('\n\n');
}

function changesTable(changes: readonly Change[]): string {
  const rows = changes.map(
    ({ what, before, after }) => `| ${escape(what)} | ${cell(before)} | ${cell(after)} |`,
  );
  return ['| what | before | after |', '| --- | --- | --- |', ...rows].join('\n');
}

/** A value is shown as code, whatever is in it: HTML's own escapes work inside tables and `<code>`. */
function cell(value: string | undefined): string {
  if (value === undefined) return '';
  const shown = value.length > LONGEST_VALUE ? `${value.slice(0, LONGEST_VALUE)}…` : value;
  return `<code>${escape(shown).replaceAll('\n', '<br>')}</code>`;
}

/** Text that neither HTML nor Markdown reads as anything else, nor as a mention of somebody. */
function escape(text: string): string {
  return text.replace(/[&<>|`*_[\]@#\\~]/g, sign => `&#${sign.codePointAt(0)};`);
}

function fence(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const marks = '`'.repeat(longest + 1);
  return `${marks}\n${text}\n${marks}`;
}
