import { isAbsolute } from 'node:path';
import { createTemplateAction } from '@backstage/plugin-scaffolder-node';
import type { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';
import { authorOf } from '../git/author';
import { BareRepository, withTrial } from '../git/bare-repository';
import { publish, type Publication } from '../git/publish';
import { reviewText } from '../git/review-text';
import { folderOfRepository, workspaceFiles } from '../git/workspace-files';
import { checkpointKey } from './checkpoint-key';
import { examples } from './publish-git.examples';

const KEY = 'dolphinscheduler.scaffolder.repository';
const ID = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;
const LONGEST_ID = 50;
const LONGEST_TITLE = 200;

/** @throws InputError where there is none. */
function repositoryOf(config: Config): string {
  const path = config.getOptionalString(KEY);
  if (path === undefined) {
    throw new InputError(
      `this portal has no repository of its own: put the code on a Git host, or set ${KEY} in app-config.yaml`,
    );
  }
  if (!isAbsolute(path)) throw new InputError(`${KEY} in app-config.yaml must be an absolute path`);
  return path;
}

/** A commit's first line. @throws InputError */
function titleOf(title: string): string {
  const [line = ''] = title.trim().split(/[\r\n]/);
  if (line === '' || line.length > LONGEST_TITLE) {
    throw new InputError(`a title has 1 to ${LONGEST_TITLE} characters`);
  }
  return line;
}

/** `dolphinstage:publish:git`: puts files of the workspace on a branch of the portal's own repository, for review. */
export const createPublishGitAction = ({ config }: { readonly config: Config }) =>
  createTemplateAction({
    id: 'dolphinstage:publish:git',
    description:
      'Commits files of the workspace on a branch dolphinstage/<id> of the repository that app-config.yaml names, for review. The main branch stays as it is. In a dry run nothing is committed.',
    examples,
    supportsDryRun: true,
    schema: {
      input: {
        id: z =>
          z
            // The scaffolder makes a number of a text that looks like one.
            .union([z.string().max(LONGEST_ID).regex(ID), z.number().int()])
            .describe("The workflow's id; the branch is dolphinstage/<id>"),
        sourcePath: z =>
          z
            .string()
            .describe('A folder of the workspace; the workspace itself by default')
            .optional(),
        targetPath: z =>
          z
            .string()
            .describe('The folder of the repository that it goes to; workflows/<id> by default')
            .optional(),
        title: z => z.string().describe('What the commit says, in one line').optional(),
      },
      output: {
        branch: z => z.string().describe('The branch'),
        commit: z => z.string().describe('The commit; none in a dry run').optional(),
        changed: z => z.boolean().describe('False where the repository said so already'),
        text: z => z.string().describe('How to review and merge it, as Markdown'),
      },
    },
    async handler(ctx) {
      const path = repositoryOf(config);
      const id = String(ctx.input.id);
      const { sourcePath = '.' } = ctx.input;
      // The scaffolder checks a step's input, but not that of whoever calls the action otherwise.
      if (!ID.test(id) || id.length > LONGEST_ID) throw new InputError(`"${id}" is no id`);
      const branch = `dolphinstage/${id}`;
      const target = folderOfRepository(ctx.input.targetPath ?? `workflows/${id}`);
      const title = titleOf(ctx.input.title ?? `Bring ${id}`);
      const by = ctx.user?.ref ? `\n\nAsked-for-by: ${ctx.user.ref}` : '';
      const { commit, changed } = await ctx.checkpoint({
        key: checkpointKey('publish', ctx),
        fn: async () => {
          const files = await workspaceFiles(ctx.workspacePath, sourcePath, target);
          const publication: Publication = {
            branch,
            files,
            message: `${title}${by}\n`,
            author: authorOf(ctx.user),
            trial: ctx.isDryRun,
            signal: ctx.signal,
          };
          for (const file of files) ctx.logger.info(`  ${file.path}`);
          const published = ctx.isDryRun
            ? await withTrial(path, trial => publish(trial, publication))
            : await publish(new BareRepository(path), publication);
          return { ...published };
        },
      });
      const done = ctx.isDryRun
        ? `Would be committed on ${branch}`
        : `Committed on ${branch}: ${commit}`;
      ctx.logger.info(changed ? done : 'The repository says so already');
      ctx.output('branch', branch);
      ctx.output('changed', changed);
      if (!ctx.isDryRun) ctx.output('commit', commit);
      ctx.output('text', reviewText({ path, branch, changed }));
    },
  });
