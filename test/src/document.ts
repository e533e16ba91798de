import { readFileSync } from 'node:fs';

/** A fenced block of a Markdown file. */
export interface Block {
  readonly language: string;
  /** The words behind the language: `file=a.ts` under `file`, a word alone as true. */
  readonly words: Readonly<Record<string, string | true>>;
  readonly text: string;
}

const FENCED = /^```(\w+)([^\n]*)\n([\s\S]*?)^```$/gm;

/** The fenced blocks of a Markdown file, in order. */
export function readBlocks(file: string): Block[] {
  return [...readFileSync(file, 'utf8').matchAll(FENCED)].map(
    ([, language = '', rest = '', text = '']) => ({
      language,
      words: Object.fromEntries(
        rest
          .trim()
          .split(/\s+/)
          .filter(Boolean)
          .map(word => {
            const [name = '', value] = word.split('=');
            return [name, value ?? true];
          }),
      ),
      text,
    }),
  );
}

/** A command of a console block, and what it prints. */
export interface Shown {
  readonly command: string;
  readonly output: string;
}

/** The commands of a console block: lines that begin with a dollar sign, each with the lines after it. */
export function readConsole({ text }: Block): Shown[] {
  return text
    .split(/^\$ /m)
    .slice(1)
    .map(part => {
      const end = part.indexOf('\n');
      return { command: part.slice(0, end), output: part.slice(end + 1) };
    });
}

/**
 * The shell steps of a job of a pipeline: GitHub's `run`, GitLab's `script`. It reads no YAML but that of the two forms
 * that our documents have.
 */
export function readSteps({ text }: Block, job: string): string[] {
  const body = new RegExp(`^( *)${job}:\\n((?:\\1 +.*\\n|\\n)*)`, 'm').exec(text)?.[2] ?? '';
  const github = [...body.matchAll(/^( *)(?:- )?run: (?:\|\n((?:\1 {2,}.*\n|\n)+)|(.*)\n)/gm)];
  const steps = github.map(([, , block, line]) =>
    block === undefined ? (line ?? '') : outdented(block),
  );
  if (steps.length > 0) return steps;
  const script = /^( *)script:\n((?:\1 +- .*\n?)+)/m.exec(body)?.[2] ?? '';
  // GitLab runs the lines of a script in one shell.
  return script ? [script.replaceAll(/^ *- /gm, '')] : [];
}

function outdented(block: string): string {
  const width = /^ */.exec(block)?.[0].length ?? 0;
  return block.replaceAll(new RegExp(`^ {${width}}`, 'gm'), '');
}
