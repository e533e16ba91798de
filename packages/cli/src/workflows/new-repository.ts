import type { Libraries } from '../installation';

/** The folder of a repository that holds many workflows, each in a folder of its own. */
export const MANY_WORKFLOWS = 'workflows';

/** What every repository of workflows has, whatever is in it. @param include - what its type check looks at. */
export function commonFiles(
  name: string,
  { dependencies }: Pick<Libraries, 'dependencies'>,
  include: readonly string[],
): Readonly<Record<string, string>> {
  return {
    'package.json': `${JSON.stringify(
      {
        name,
        version: '0.1.0',
        private: true,
        scripts: {
          check: 'tsc',
          synth: 'dolphinstage synth',
          plan: 'dolphinstage plan',
          apply: 'dolphinstage apply',
        },
        dependencies,
      },
      null,
      2,
    )}\n`,
    'tsconfig.json': `${JSON.stringify(
      {
        compilerOptions: {
          target: 'ES2023',
          lib: ['ES2024'],
          module: 'preserve',
          moduleResolution: 'bundler',
          strict: true,
          noEmit: true,
          skipLibCheck: true,
          esModuleInterop: true,
          types: ['node'],
        },
        include,
      },
      null,
      2,
    )}\n`,
    '.gitignore': 'node_modules\n',
  };
}

/** The files of a new repository: a pack with one task, and a workflow that uses it. */
export function repositoryFiles(
  name: string,
  { dependencies, afterClone }: Libraries,
): Readonly<Record<string, string>> {
  return {
    ...commonFiles(name, { dependencies }, ['workflow.ts', 'src']),
    'app-config.yaml': `# Your DolphinScheduler: then \`dolphinstage plan\` compares with it. \${NAME} comes from the environment.
# dolphinscheduler:
#   instances:
#     - name: production
#       baseUrl: https://dolphinscheduler.example.com/dolphinscheduler
#       token: \${DOLPHINSCHEDULER_TOKEN}
#       tenant: data-platform
`,
    'src/index.ts': `import { join } from 'node:path';
import { definePack } from '@dolphinstage/task-kit';
import { greet } from './greet';

export default definePack({ name: '${name}', root: join(__dirname, '..'), tasks: [greet] });
`,
    'src/greet.ts': `import { defineTask } from '@dolphinstage/task-kit';
import { z } from 'zod';

/** A small program: what goes in, what it hands on, what it does. */
export const greet = defineTask({
  id: '${name}/greet',
  description: 'Greets somebody on its log.',
  input: z.object({ name: z.string(), day: z.iso.date() }),
  output: z.object({ length: z.int() }),
  async run(ctx, { name, day }) {
    ctx.log.info(\`Hello, \${name}! It is \${day}.\`);
    return { length: name.length };
  },
});
`,
    'workflow.ts': `import { cron, defineWorkflow, param, shell } from '@dolphinstage/workflows';
import { greet } from './src/greet';

export default defineWorkflow(
  {
    id: '${name}',
    project: '${name}',
    owner: 'group:default/${name}',
    description: 'Greets every morning.',
    params: { name: param.string('world'), day: param.date('$[yyyy-MM-dd]') },
    schedule: cron('0 0 6 * * ? *', { timeZone: 'UTC', overlap: 'wait' }),
  },
  ({ params, task }) => {
    const greeting = task('greet', greet({ name: params.name, day: params.day }), { timeout: '5m' });
    task('done', shell({ script: 'echo "greeted $NAME"', env: { NAME: params.name } }), { after: [greeting] });
  },
);
`,
    'README.md': `# ${name}

| | |
|---|---|
| \`workflow.ts\` | what runs when, in which order |
| \`src/\` | the tasks: a pack |

    dolphinstage plan             # what would change on the server
    dolphinstage apply            # change it
    dolphinstage run ${name} --wait
    dolphinstage logs ${name}

After a fresh clone, ${afterClone}
`,
  };
}
