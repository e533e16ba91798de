import { createHash } from 'node:crypto';
import { z } from 'zod';
import { ModelError } from '../errors';
import { featureSchema } from '../features/definition';
import { referenceSchema } from '../features/reference';
import { inputSchema } from '../signature/signature';
import type { FileStore } from './file-store';

/** `model.json`: what a version says of itself. @public */
export const modelFileSchema = z.object({
  name: z.string(),
  positive: z.string(),
  classes: z.array(z.string()).length(2),
  features: z.array(featureSchema),
  /** Of each categorical feature the texts by code. */
  categories: z.record(z.string(), z.array(z.string())),
  /** Of which categorical features training saw missing values: they have the code after the last one. */
  missing: z.array(z.string()).default([]),
  /** What a row must look like; without it, what the features need. */
  inputs: z.array(inputSchema).optional(),
  reference: z.record(z.string(), referenceSchema),
  window: z.object({ from: z.string(), to: z.string() }),
  /** The share of positives that it has learned from. */
  baseline: z.number(),
  producer: z.object({ trainer: z.string(), code: z.string() }),
});

/** @public */
export type ModelFile = z.output<typeof modelFileSchema>;

const manifestSchema = z.record(z.string(), z.string());

/** The files of a version by path. @public */
export type BundleFiles = ReadonlyMap<string, Uint8Array>;

/** Where versions' files are kept, by the digest of their manifest. @public */
export class BundleStore {
  constructor(private readonly files: FileStore) {}

  /** @returns the bundle's digest: the same for the same files. */
  async put(files: BundleFiles): Promise<string> {
    const entries: [string, string][] = [];
    for (const path of [...files.keys()].sort()) {
      entries.push([path, await this.files.put(files.get(path)!)]);
    }
    return this.files.put(Buffer.from(JSON.stringify(Object.fromEntries(entries))));
  }

  /** All files, each verified. @throws ModelError `FILE_CORRUPT`. */
  async open(digest: string): Promise<Map<string, Buffer>> {
    const manifest = await this.manifest(digest);
    const files = new Map<string, Buffer>();
    for (const [path, file] of Object.entries(manifest)) {
      files.set(path, await this.files.get(file));
    }
    return files;
  }

  /**
   * Deletes a bundle, but none of its files that another one has, too, or that has been written since an instant. A kill in the middle leaves the
   * manifest, so that it can be done again.
   *
   * @param kept - the bundles that stay, by digest.
   * @returns how many files that were.
   * @throws ModelError `STORE_UNAVAILABLE`.
   */
  async drop(digest: string, kept: readonly string[], before: Date): Promise<number> {
    const needed = new Set(kept);
    for (const other of kept) for (const file of await this.filesOf(other)) needed.add(file);
    let dropped = 0;
    for (const file of [...(await this.filesOf(digest)), digest]) {
      if (!needed.has(file) && (await this.files.drop(file, before))) dropped += 1;
    }
    return dropped;
  }

  /** As {@link FileStore.dropParts}. */
  dropParts(before: Date): Promise<number> {
    return this.files.dropParts(before);
  }

  private async manifest(digest: string): Promise<Record<string, string>> {
    return manifestSchema.parse(JSON.parse((await this.files.get(digest)).toString()));
  }

  /** None of a bundle whose manifest is missing or damaged: nobody can open it. */
  private async filesOf(digest: string): Promise<string[]> {
    try {
      return Object.values(await this.manifest(digest));
    } catch (error) {
      if (error instanceof ModelError && error.code === 'FILE_CORRUPT') return [];
      throw error;
    }
  }
}

/** What a bundle says of itself. @throws ModelError `FILE_CORRUPT`, `MODEL_INVALID`. @public */
export function modelFileOf(files: ReadonlyMap<string, Buffer>): ModelFile {
  const text = files.get('model.json');
  if (!text) throw new ModelError('FILE_CORRUPT', 'the bundle has no model.json');
  try {
    return modelFileSchema.parse(JSON.parse(text.toString()));
  } catch (cause) {
    throw new ModelError('MODEL_INVALID', `model.json: ${(cause as Error).message}`, {
      where: 'model.json',
      todo: 'Train the model anew.',
      cause,
    });
  }
}

/** SHA-256 of a text, in hex. @public */
export const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex');
