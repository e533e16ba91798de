import { z } from 'zod';

const tag = z.object({ key: z.string(), value: z.string() });
export const run = z.object({
  info: z.object({
    run_id: z.string(),
    experiment_id: z.string(),
    artifact_uri: z.string(),
    status: z.string(),
  }),
  data: z.object({ tags: z.array(tag).default([]) }).prefault({}),
});
export const modelVersion = z.object({
  name: z.string(),
  version: z.string(),
  run_id: z.string().optional(),
  tags: z.array(tag).default([]),
});
/** Versions of a search. */
export const versionPage = z.object({
  model_versions: z.array(modelVersion).default([]),
  next_page_token: z.string().optional(),
});
/** A registered model, as far as its aliases go. */
export const aliasesAnswer = z.object({
  registered_model: z.object({
    aliases: z.array(z.object({ alias: z.string(), version: z.string() })).default([]),
  }),
});

/** An experiment, asked for by its name. */
export const experimentAnswer = z.object({ experiment: z.object({ experiment_id: z.string() }) });

/** A run of an experiment. @public */
export type MlflowRun = z.output<typeof run>;
/** A version of a registered model. @public */
export type MlflowVersion = z.output<typeof modelVersion>;

/** The value of a tag. */
export function tagOf(
  { tags }: { readonly tags: readonly { key: string; value: string }[] },
  key: string,
): string | undefined {
  return tags.find(each => each.key === key)?.value;
}
