import { readFile, stat } from 'node:fs/promises';
import { resolveSafeChildPath } from '@backstage/backend-plugin-api';
import { InputError } from '@backstage/errors';
import type { Model } from '@dolphinstage/workflows';
import { checkModel } from '../synth/model-schema';
import { synthInChild } from '../synth/synth-in-child';

const LARGEST_MODEL_BYTES = 16 * 1024 * 1024;

/** Where the workflows of a step are. */
export interface ModelSource {
  readonly workspacePath: string;
  /** Of workflow files, in the workspace. Default: the workspace. */
  readonly folder?: string;
  /** A file of what `dolphinstage synth` prints, in the workspace. */
  readonly model?: string;
}

/**
 * What the workspace says of workflows.
 *
 * @throws InputError; NotAllowedError for a path out of the workspace.
 */
export async function readModel(
  { workspacePath, folder, model }: ModelSource,
  target: string,
  signal?: AbortSignal,
): Promise<Model> {
  if (model === undefined) {
    return synthInChild({
      workspace: workspacePath,
      folder: resolveSafeChildPath(workspacePath, folder ?? '.'),
      target,
      signal,
    });
  }
  if (folder !== undefined) throw new InputError('give a folder or a model, not both');
  const file = resolveSafeChildPath(workspacePath, model);
  const found = await stat(file).catch(() => undefined);
  if (!found?.isFile()) throw new InputError(`there is no file ${model} in the workspace`);
  if (found.size > LARGEST_MODEL_BYTES) {
    throw new InputError(`${model} has more than ${LARGEST_MODEL_BYTES} bytes`);
  }
  let value: unknown;
  try {
    value = JSON.parse(await readFile(file, 'utf8'));
  } catch (cause) {
    throw new InputError(
      `${model} is no JSON: write what dolphinstage synth prints`,
      cause as Error,
    );
  }
  return checkModel(value, model);
}
