import type { TemplateExample } from '@backstage/plugin-scaffolder-node';
import { stringify } from 'yaml';

const ACTION = 'dolphinscheduler:workflow:plan';

export const examples: TemplateExample[] = [
  {
    description: 'Say what would change, for the workflow files of a folder.',
    example: stringify({
      steps: [
        {
          id: 'plan',
          action: ACTION,
          name: 'See what would change',
          input: { instance: 'production', folder: './workflows' },
        },
      ],
    }),
  },
  {
    description: 'Say what would change, for workflows that were synthesised already.',
    example: stringify({
      steps: [
        {
          id: 'plan',
          action: ACTION,
          name: 'See what would change',
          input: { instance: 'production', model: './model.json' },
        },
      ],
    }),
  },
];
