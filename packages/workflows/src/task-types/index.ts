import type { TaskBody } from '../model';
import { renderPackTask } from './pack';
import { shellType } from './shell';
import type { RenderContext, RenderedBody } from './task-type';

/** DolphinScheduler's own types: one file each. */
export const rawTaskTypes = { shell: shellType } as const;

/** What the server holds of a task's body. */
export function renderBody(body: TaskBody, context: RenderContext): RenderedBody {
  return body.kind === 'pack'
    ? renderPackTask(body, context)
    : rawTaskTypes[body.kind].render(body, context);
}
