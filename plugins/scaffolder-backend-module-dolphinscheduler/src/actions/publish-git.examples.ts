import type { TemplateExample } from '@backstage/plugin-scaffolder-node';
import { stringify } from 'yaml';

const ACTION = 'dolphinstage:publish:git';

export const examples: TemplateExample[] = [
  {
    description: 'Put the code of a workflow on a branch of its own, for review.',
    example: stringify({
      steps: [
        {
          id: 'publish',
          action: ACTION,
          name: 'Put the code on a branch',
          input: { id: 'orders-daily', sourcePath: './workflows' },
        },
      ],
    }),
  },
  {
    description: 'Say where it goes in the repository, and what the commit says.',
    example: stringify({
      steps: [
        {
          id: 'publish',
          action: ACTION,
          name: 'Put the code on a branch',
          input: {
            id: 'orders-daily',
            sourcePath: './workflows',
            targetPath: 'sales/orders-daily',
            title: 'Bring the orders of each day',
          },
        },
      ],
    }),
  },
];
