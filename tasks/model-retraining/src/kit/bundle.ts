import { createHash } from 'node:crypto';
import type { FileStore } from '../store/file-store';
import { z } from 'zod';
import { RetrainingError } from '../errors';
import { featureSchema } from './features';
import { referenceSchema } from './reference';

/** `model.json`: what a version says of itself. */
export const modelFileSchema = z.object({
  name: z.string(),
  positive: z.string(),
  classes: z.array(z.string()).length(2),
  features: z.array(featureSchema),
  /** Of each categorical feature the texts by code. */
  categories: z.record(z.string(), z.array(z.string())),
  reference: z.record(z.string(), referenceSchema),
  window: z.object({ from: z.string(), to: z.string() }),
  /** The share of positives that it has learned from. */
  baseline: z.number(),
  producer: z.object({ trainer: z.string(), code: z.string() }),
});

export type ModelFile = z.output<typeof modelFileSchema>;

const manifestSchema = z.record(z.string(), z.string());

/** The files of a version by path. */
export type BundleFiles = ReadonlyMap<string, Uint8Array>;

/** Where versions' files are kept, by the digest of their manifest. */
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

  /** All files, each verified. @throws RetrainingError `FILE_CORRUPT`. */
  async open(digest: string): Promise<Map<string, Buffer>> {
    const manifest = manifestSchema.parse(JSON.parse((await this.files.get(digest)).toString()));
    const files = new Map<string, Buffer>();
    for (const [path, file] of Object.entries(manifest)) {
      files.set(path, await this.files.get(file));
    }
    return files;
  }
}

/** What a bundle says of itself. */
export function modelFileOf(files: ReadonlyMap<string, Buffer>): ModelFile {
  const text = files.get('model.json');
  if (!text) throw new RetrainingError('FILE_CORRUPT', 'the bundle has no model.json');
  return modelFileSchema.parse(JSON.parse(text.toString()));
}

export const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex');
