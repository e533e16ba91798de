import { connection, cron, defineWorkflow } from '@dolphinstage/workflows';
import { checkReplicas, relearn, report, rollUp, tidy } from './src';

const kafka = connection<'kafka'>('staging');
const owner = 'group:default/data-platform';
const system = 'system:default/data-quality';
const project = 'data-quality';
/** Kafka or PostgreSQL may be away for a moment; what was committed stays. */
const patient = { retry: { attempts: 3, every: '10s' }, timeout: '30m' } as const;

/** What the stream checker has said, into PostgreSQL; and whether its replicas live. */
export const hourly = defineWorkflow(
  {
    id: 'data-quality',
    project,
    description: 'Scores and alerts of the stream checker into ops, and a look at its replicas.',
    owner,
    system,
    schedule: cron('0 5 * * * ? *', { timeZone: 'UTC', overlap: 'wait' }),
    timeout: '1h',
  },
  ({ task }) => {
    task('roll-up', rollUp({ kafka }), patient);
    // Not tried again: a replica that is missing now is what it is to tell.
    task('check-replicas', checkReplicas({ kafka }), { timeout: '5m' });
  },
);

/** Once a day: a report of the day before, what re-learning would change, and the end of what is old. */
export const daily = defineWorkflow(
  {
    id: 'data-quality-daily',
    project,
    description: 'Report of the day before, and what re-learning from history would change.',
    owner,
    system,
    schedule: cron('0 20 0 * * ? *', { timeZone: 'UTC', overlap: 'wait' }),
    timeout: '3h',
  },
  ({ task }) => {
    const rolledUp = task('roll-up', rollUp({ kafka }), patient);
    const reported = task('report', report({}), { ...patient, after: [rolledUp] });
    task('tidy', tidy({}), { ...patient, after: [reported] });
    task('relearn', relearn({ kafka }), { ...patient, timeout: '2h' });
  },
);
