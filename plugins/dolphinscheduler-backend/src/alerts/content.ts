import { z } from 'zod';
import { alert } from '../requests';

/** An alert tells of one run, or of some of its tasks. */
const MOST_RUNS = 20;

const id = z.coerce.number().int().positive().max(Number.MAX_SAFE_INTEGER);

/** What an alert is read for; whatever else it says may be anybody's text. */
export interface AlertedRun {
  readonly projectCode: number;
  readonly run: number;
}

/** The run's id is called otherwise since 3.3. */
const entry = z
  .object({ projectCode: id, processId: id.optional(), workflowInstanceId: id.optional() })
  .transform(({ projectCode, processId, workflowInstanceId }) => {
    const run = processId ?? workflowInstanceId;
    return run === undefined ? undefined : { projectCode, run };
  });

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The runs that an alert tells of; none where it tells of something else. */
export function alertedRuns(posted: unknown): AlertedRun[] {
  const parsed = alert.safeParse(posted);
  const content = parsed.success ? parseJson(parsed.data.content) : undefined;
  const runs = new Map<string, AlertedRun>();
  for (const each of [content].flat()) {
    const run = entry.safeParse(each).data;
    if (run && runs.size < MOST_RUNS) runs.set(`${run.projectCode}/${run.run}`, run);
  }
  return [...runs.values()];
}
