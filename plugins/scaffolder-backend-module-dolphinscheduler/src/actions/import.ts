import { createTemplateAction } from '@backstage/plugin-scaffolder-node';
import { relative } from 'node:path';
import { resolveSafeChildPath } from '@backstage/backend-plugin-api';
import { ConflictError, InputError } from '@backstage/errors';
import { workflowEntityRef } from '@dolphinstage/plugin-dolphinscheduler-common';
import { importWorkflows, isOwner, writeFiles } from '@dolphinstage/workflows';
import type { ActionDeps } from '../deps';
import { explained } from '../errors';
import { Guard } from '../permission';
import { INSTANCE } from '../plan/schema';
import { readWhich, whichSchema } from '../which-workflow';
import { examples } from './import.examples';

/** `dolphinscheduler:workflow:import`: writes a live workflow's code into the workspace. */
export const createImportAction = ({ instances, permissions }: ActionDeps) =>
  createTemplateAction({
    id: 'dolphinscheduler:workflow:import',
    description:
      'Writes a live workflow as TypeScript into the workspace. Applied as it is, it changes nothing but whose the workflow is.',
    examples,
    supportsDryRun: true,
    schema: {
      input: {
        instance: INSTANCE,
        ...whichSchema,
        owner: z =>
          z
            .string()
            .describe(
              'Who answers for it, where it names nobody: an entity ref. Default: who changed it last',
            )
            .optional(),
        folder: z =>
          z
            .string()
            .describe('A folder of the workspace; the workspace itself by default')
            .optional(),
      },
      output: {
        file: z => z.string().describe('The file that was written, as the workspace has it'),
        id: z => z.string().describe("The workflow's id in the code"),
        notes: z =>
          z.array(z.string()).describe('What code cannot say of it, and what was made up'),
        entityRef: z => z.string().describe("The workflow's entity once the code is applied"),
      },
    },
    handler: ctx =>
      explained(async () => {
        const { owner, folder = '.' } = ctx.input;
        if (owner !== undefined && !isOwner(owner)) {
          throw new InputError(
            `"${owner}" is no owner: give an entity ref such as group:default/sales`,
          );
        }
        const into = resolveSafeChildPath(ctx.workspacePath, folder);
        const instance = instances.get(ctx.input.instance);
        const row = await readWhich(instance, ctx.input);
        const guard = new Guard(permissions, await ctx.getInitiatorCredentials());
        await guard.assertMay('read', [row]);
        ctx.signal?.throwIfAborted();
        const files = await importWorkflows(await instance.client(), {
          ...instances.planOptions(instance),
          project: row.project,
          workflows: [row.name],
          owner,
          folder: into,
        });
        const [file] = files;
        // Another one's id may be this one's name: what was permitted is this one.
        if (!file || files.length > 1) {
          throw new ConflictError(
            `${files.length} workflows of project ${row.project} are called ${row.name}, by name or by id: rename one of them in DolphinScheduler`,
          );
        }
        writeFiles([file]);
        const { model, notes } = file;
        const path = relative(ctx.workspacePath, file.path);
        ctx.logger.info(`Wrote ${path}`);
        for (const note of notes) ctx.logger.info(`Note: ${note}`);
        ctx.output('file', path);
        ctx.output('id', model.id);
        ctx.output('notes', [...notes]);
        ctx.output(
          'entityRef',
          workflowEntityRef({
            instance: instance.name,
            project: row.project,
            id: model.id,
            name: model.name,
          }),
        );
      }),
  });
