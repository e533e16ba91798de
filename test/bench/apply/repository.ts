import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const PER_FILE = 10;
export const TASKS = 5;

/** Which text a workflow's tasks say; another text is a change. */
export type Text = (workflow: number) => string;

/**
 * A team's repository: workflows of five shell tasks (one, three beside each other, one), ten in a file.
 *
 * @param folder - written over.
 */
export function writeRepository(
  folder: string,
  { project, workflows, text }: { project: string; workflows: number; text: Text },
): void {
  mkdirSync(folder, { recursive: true });
  for (let first = 0; first < workflows; first += PER_FILE) {
    const numbers = Array.from(
      { length: Math.min(PER_FILE, workflows - first) },
      (_none, index) => first + index,
    );
    const source = [
      "import { defineWorkflow, shell } from '@dolphinstage/workflows';",
      ...numbers.map(number => workflowSource(project, number, text(number))),
    ];
    writeFileSync(join(folder, `part-${first}.workflow.ts`), `${source.join('\n\n')}\n`);
  }
}

const idOf = (workflow: number) => `orders-${String(workflow).padStart(4, '0')}`;

function workflowSource(project: string, number: number, text: string): string {
  return `export const workflow${number} = defineWorkflow(
  { id: '${idOf(number)}', project: '${project}', owner: 'group:default/bench' },
  ({ task }) => {
    const say = (name: string) => shell({ script: \`echo ${text} from \${name}\` });
    const extract = task('extract', say('extract'));
    const parts = ['clean', 'enrich', 'check'].map(name => task(name, say(name), { after: [extract] }));
    task('load', say('load'), { after: parts });
  },
);`;
}
