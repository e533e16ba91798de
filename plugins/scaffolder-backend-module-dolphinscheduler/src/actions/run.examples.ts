import type { TemplateExample } from '@backstage/plugin-scaffolder-node';
import { stringify } from 'yaml';

const ACTION = 'dolphinscheduler:workflow:run';

export const examples: TemplateExample[] = [
  {
    description: 'Start a workflow.',
    example: stringify({
      steps: [
        {
          id: 'run',
          action: ACTION,
          name: 'Start it',
          input: { instance: 'production', project: 'sales', workflow: 'orders-daily' },
        },
      ],
    }),
  },
  {
    description: 'Start a workflow with parameters of its own.',
    example: stringify({
      steps: [
        {
          id: 'run',
          action: ACTION,
          name: 'Start it for Norway',
          input: {
            instance: 'production',
            project: 'sales',
            workflow: 'orders-daily',
            params: { country: 'NO', limit: 100 },
          },
        },
      ],
    }),
  },
];
