import type { TemplateExample } from '@backstage/plugin-scaffolder-node';
import { stringify } from 'yaml';

const ACTION = 'dolphinscheduler:workflow:import';

export const examples: TemplateExample[] = [
  {
    description: 'Write the code of a workflow that was made in DolphinScheduler.',
    example: stringify({
      steps: [
        {
          id: 'import',
          action: ACTION,
          name: 'Write its code',
          input: {
            instance: 'production',
            project: 'sales',
            workflow: 'Orders every day',
            owner: 'group:default/sales',
            folder: './workflows',
          },
        },
      ],
    }),
  },
];
