import { cron, defineWorkflow, param } from '../..';
import { compose, say } from './src';

export default defineWorkflow(
  {
    id: 'hello',
    project: 'greetings',
    description: 'Says hello every night.',
    owner: 'group:default/people',
    params: {
      name: param.string('it\'s $[yyyy] "${day}" `id` 🐬'),
      day: param.date('$[yyyy-MM-dd-1]'),
      times: param.integer(2),
      loud: param.boolean(false),
    },
    schedule: cron('0 0 2 * * ? *', { timeZone: 'Europe/Oslo', overlap: 'wait' }),
  },
  ({ params, task }) => {
    const composed = task('compose', compose({ ...params }), {
      retry: { attempts: 2, every: '1s' },
      timeout: '5m',
    });
    task(
      'say-it',
      say({
        lines: [{ text: "it's $5" }, { text: composed.out.greeting.text }],
        times: composed.out.greeting.times,
      }),
    );
  },
);
