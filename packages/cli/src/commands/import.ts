import { relative, resolve } from 'node:path';
import type { Command } from 'commander';
import { importWorkflows, isOwner, packTasksNear, writeFiles } from '@dolphinstage/workflows';
import type { CliContext } from '../context';
import { CliError } from '../errors';

interface ImportCommandOptions {
  out: string;
  owner?: string;
  target?: string;
  force?: boolean;
  stdout?: boolean;
  json?: boolean;
}

/** `sales` or `sales/orders`: a project's name may hold no slash, a workflow's may. */
function parts(text: string): { project: string; workflow?: string } {
  const at = text.indexOf('/');
  return at < 0 ? { project: text } : { project: text.slice(0, at), workflow: text.slice(at + 1) };
}

function checked({ owner }: ImportCommandOptions): void {
  if (owner === undefined || isOwner(owner)) return;
  throw new CliError('USAGE', `"${owner}" is not an owner`, {
    todo: 'Name a Backstage entity, for example group:default/sales.',
  });
}

export function register(program: Command, cli: CliContext): void {
  program
    .command('import')
    .description(
      "write live workflows as TypeScript that plans to nothing; a project's all, or one",
    )
    .argument('<project>', 'or <project>/<workflow>, by its id or its name in DolphinScheduler')
    .option('--out <folder>', 'where the files go', '.')
    .option(
      '--owner <entity>',
      'of workflows that name none, for example group:default/sales; the user who changed each last by default',
    )
    .option('--target <name>', 'an instance of app-config.yaml; the embedded platform by default')
    .option('--force', 'overwrite files that are there')
    .option('--stdout', 'print the files instead of writing them')
    .option('--json', 'for machines: one JSON object')
    .action(async (what: string, options: ImportCommandOptions) => {
      checked(options);
      const { project, workflow } = parts(what);
      const folder = resolve(cli.cwd, options.out);
      const target = await cli.target(options.target);
      const files = await importWorkflows(target.client, {
        target: target.name,
        tenant: target.tenant,
        environment: target.environment,
        delivery:
          target.delivery === 'path'
            ? { kind: 'path', folder: target.bundles }
            : { kind: 'resource' },
        project,
        workflows: workflow === undefined ? undefined : [workflow],
        owner: options.owner,
        folder,
        packTask: packTasksNear(folder),
      });
      if (!options.stdout) writeFiles(files, { force: options.force });
      if (options.json) {
        cli.json({
          version: 1,
          files: files.map(({ path, content, notes, model }) => ({
            path,
            project,
            id: model.id,
            notes,
            ...(options.stdout ? { content } : {}),
          })),
        });
        return;
      }
      for (const { path, content, notes } of files) {
        const name = relative(cli.cwd, path) || path;
        cli.out(options.stdout ? `// ${name}\n${content}` : `wrote ${name}`);
        for (const note of notes) cli.note(`  note: ${name}: ${note}`);
      }
      if (!options.stdout) {
        cli.note(
          `Imported: ${files.length}. Look at the plan next: dolphinstage plan ${options.out}`,
        );
      }
    });
}
