import type {
  DolphinSchedulerClient,
  WorkflowDefinition,
} from '@dolphinstage/dolphinscheduler-client';
import { isEdited, readMarker } from '@dolphinstage/workflows';
import pLimit from 'p-limit';

const AT_ONCE = 4;

/** Knows which workflows were edited since they were applied; asks the server only when a version is new. */
export class Edited {
  #known = new Map<number, { readonly version: number; readonly edited: boolean }>();

  /** Codes of those that were, among a project's definitions. */
  async among(
    client: DolphinSchedulerClient,
    projectCode: number,
    definitions: readonly WorkflowDefinition[],
  ): Promise<ReadonlySet<number>> {
    const limit = pLimit(AT_ONCE);
    await Promise.all(
      definitions.map(({ code, version, description }) => {
        if (this.#known.get(code)?.version === version) return undefined;
        // What has one version only, or isn't ours, was not.
        if (version === 1 || readMarker(description) === undefined) {
          this.#known.set(code, { version, edited: false });
          return undefined;
        }
        return limit(async () => {
          const edited = isEdited(await client.workflows.versions(projectCode, code));
          this.#known.set(code, { version, edited });
        });
      }),
    );
    return new Set(
      definitions.flatMap(({ code }) => (this.#known.get(code)?.edited === true ? code : [])),
    );
  }
}
