import { countAlarms, detect, type AlarmPlan, type DetectionPlan } from './measure';

/** What is measured. */
export type Measurement =
  ({ readonly what: 'alarms' } & AlarmPlan) | ({ readonly what: 'detection' } & DetectionPlan);

const measurement = JSON.parse(process.argv[2]!) as Measurement;
process.stdout.write(
  JSON.stringify(measurement.what === 'alarms' ? countAlarms(measurement) : detect(measurement)),
);
