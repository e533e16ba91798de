import { readFile, realpath } from 'node:fs/promises';
import { dirname, isAbsolute, resolve, sep } from 'node:path';
import { createBackendModule } from '@backstage/backend-plugin-api';
import { InputError } from '@backstage/errors';
import {
  catalogProcessingExtensionPoint,
  processingResult,
  type PlaceholderResolver,
} from '@backstage/plugin-catalog-node';

/**
 * Resolves `$text`, also in files of this machine, which Backstage itself can't: there it may lead to files beside and
 * below the one that says it, and nowhere else.
 *
 * @throws InputError for any other file.
 */
export const resolveText: PlaceholderResolver = async ({
  key,
  value,
  baseUrl,
  read,
  resolveUrl,
  emit,
}) => {
  if (typeof value !== 'string') {
    throw new InputError(`Placeholder $${key} in ${baseUrl} is no text: write a relative path`);
  }
  if (isAbsolute(baseUrl)) return readBelow(dirname(baseUrl), value);
  const url = resolveUrl(value, baseUrl);
  emit(processingResult.refresh(`url:${url}`));
  return (await read(url)).toString('utf8');
};

async function readBelow(folder: string, path: string): Promise<string> {
  const file = await realpath(resolve(folder, path)).catch(() => undefined);
  if (!file?.startsWith(`${await realpath(folder)}${sep}`)) {
    throw new InputError(`Placeholder: ${path} is no file below ${folder}`);
  }
  return readFile(file, 'utf8');
}

/** The catalog of this portal reads the packs' files from the checkout, contracts among them. */
export default createBackendModule({
  pluginId: 'catalog',
  moduleId: 'local-text',
  register(env) {
    env.registerInit({
      deps: { processing: catalogProcessingExtensionPoint },
      async init({ processing }) {
        processing.addPlaceholderResolver('text', resolveText);
      },
    });
  },
});
