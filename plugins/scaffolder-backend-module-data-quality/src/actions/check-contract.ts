import { resolveSafeChildPath } from '@backstage/backend-plugin-api';
import { InputError } from '@backstage/errors';
import { createTemplateAction } from '@backstage/plugin-scaffolder-node';
import {
  ContractFolder,
  QualityError,
  type StreamContract,
} from '@dolphinstage/tasks-data-quality';
import { examples } from './check-contract.examples';

const FOLDER = 'contracts';

/** `dataquality:contract:check`: whether the stream checker could work by contracts. Writes nothing. */
export const createCheckContractAction = () =>
  createTemplateAction({
    id: 'dataquality:contract:check',
    description:
      'Reads contracts of the workspace as the stream checker does, and says what would be checked. Fails where it would refuse one.',
    examples,
    supportsDryRun: true,
    schema: {
      input: {
        folder: z =>
          z
            .string()
            .describe(`The folder of the workspace with the contracts; ${FOLDER} by default`)
            .optional(),
      },
      output: {
        datasets: z => z.array(z.string()).describe('The data sets that they are about'),
        topics: z => z.array(z.string()).describe('The topics that they come by'),
        markdown: z => z.string().describe('What would be checked, as Markdown'),
      },
    },
    async handler(ctx) {
      const { folder = FOLDER } = ctx.input;
      const contracts = read(ctx.workspacePath, folder);
      const markdown = contracts.map(wordsOf).join('\n');
      ctx.logger.info(markdown);
      ctx.output('datasets', [...new Set(contracts.map(({ dataset }) => dataset))]);
      ctx.output('topics', [...new Set(contracts.map(({ topic }) => topic))]);
      ctx.output('markdown', markdown);
    },
  });

/** @throws InputError where the checker would refuse one; NotAllowedError for what leads out of the workspace. */
function read(workspace: string, folder: string): StreamContract[] {
  const path = resolveSafeChildPath(workspace, folder);
  try {
    const { topics } = new ContractFolder(path).current;
    return [...topics.values()].flatMap(({ contracts }) => contracts);
  } catch (error) {
    if (!(error instanceof QualityError)) throw error;
    const { message, where = '', todo } = error;
    // Whoever reads it knows the workspace's files, not where it is.
    const shown = where.replaceAll(path, folder);
    throw new InputError([message, `  where: ${shown}`, `  do: ${todo}`].join('\n'));
  }
}

function wordsOf(contract: StreamContract): string {
  const { dataset, version, topic, fields, duplicates, freshSeconds, redact } = contract;
  const facts = [
    `rows of ${fields.length} fields, in windows of ${contract.windowSeconds} s`,
    contract.allowedBad > 0
      ? `up to ${contract.allowedBad * 100} % of rows may be bad before there is an alert`
      : 'any bad row is an alert',
    duplicates &&
      `the same row twice within ${duplicates.seconds} s, by ${typeof duplicates.by === 'string' ? duplicates.by : duplicates.by.join(', ')}`,
    freshSeconds !== undefined && `no row for ${freshSeconds} s is an alert`,
    redact.length > 0 && `never shown: ${redact.join(', ')}`,
    contract.owner
      ? `${contract.owner} is told of alerts`
      : 'nobody in particular is told of alerts',
  ];
  return [
    `**${dataset}** version ${version}, from topic ${topic}:`,
    ...facts.filter(Boolean).map(fact => `- ${fact}`),
    '',
  ].join('\n');
}
