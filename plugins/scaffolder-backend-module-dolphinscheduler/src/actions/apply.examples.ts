import type { TemplateExample } from '@backstage/plugin-scaffolder-node';
import { stringify } from 'yaml';

const ACTION = 'dolphinscheduler:workflow:apply';

export const examples: TemplateExample[] = [
  {
    description: 'Bring the workflow files of a folder to DolphinScheduler.',
    example: stringify({
      steps: [
        {
          id: 'apply',
          action: ACTION,
          name: 'Bring it to DolphinScheduler',
          input: { instance: 'production', folder: './workflows' },
        },
      ],
    }),
  },
  {
    description: 'Bring workflows to DolphinScheduler that were synthesised already.',
    example: stringify({
      steps: [
        {
          id: 'apply',
          action: ACTION,
          name: 'Bring it to DolphinScheduler',
          input: { instance: 'production', model: './model.json' },
        },
      ],
    }),
  },
];
