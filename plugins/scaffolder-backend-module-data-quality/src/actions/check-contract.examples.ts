import type { TemplateExample } from '@backstage/plugin-scaffolder-node';
import { stringify } from 'yaml';

const ACTION = 'dataquality:contract:check';

export const examples: TemplateExample[] = [
  {
    description: 'Check the contracts that a template has written.',
    example: stringify({
      steps: [{ id: 'check', action: ACTION, name: 'Check the contract' }],
    }),
  },
  {
    description: 'Check the contracts of another folder of the workspace.',
    example: stringify({
      steps: [
        {
          id: 'check',
          action: ACTION,
          name: 'Check the contracts',
          input: { folder: './streams/contracts' },
        },
      ],
    }),
  },
];
