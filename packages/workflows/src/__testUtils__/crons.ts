/** Quartz takes these. */
export const GOOD_CRONS = [
  '0 0 2 * * ? *',
  '0 0 2 * * ?',
  '0/10 * * * * ? *',
  '0 0/15 8-18 ? * MON-FRI',
  '0 15 10 L * ?',
  '0 15 10 L-3 * ?',
  '0 15 10 LW * ?',
  '0 15 10 15W * ?',
  '0 15 10 ? * 6L',
  '0 15 10 ? * FRIL 2026-2030',
  '0 15 10 ? * 6#3',
  '0 0 12 1/5 * ?',
  '0 0 0 1 JAN,jul ? 2027',
  '0 0 0,6,12,18 * * ? *',
];

/** Quartz doesn't take these, and why. */
export const BAD_CRONS: [expression: string, fault: string][] = [
  ['0 2 * * *', 'it has 5 fields instead of six or seven, seconds first'],
  ['0 0 2 * * ? * *', 'it has 8 fields instead of six or seven, seconds first'],
  ['60 0 2 * * ?', 'seconds: "60" is not between 0 and 59'],
  ['0 0 24 * * ?', 'hours: "24" is not between 0 and 23'],
  ['0 0 2 0 * ?', 'day of month: "0" is not between 1 and 31'],
  ['0 0 2 * 13 ?', 'month: "13" is not between 1 and 12'],
  ['0 0 2 ? * 0', 'day of week: "0" is not between 1 and 7'],
  ['0 0 2 ? * 8', 'day of week: "8" is not between 1 and 7'],
  ['0 0 2 * * *', 'exactly one of day of month and day of week must be ?'],
  ['0 0 2 ? * ?', 'exactly one of day of month and day of week must be ?'],
  ['0 0/0 2 * * ?', 'minutes: "0" is not a step'],
  ['0 1-2-3 2 * * ?', 'minutes: "1-2-3" is not a range'],
  ['0 0 2 ? * MOO', 'day of week: "MOO" is not between 1 and 7'],
  ['@daily', 'it has 1 fields instead of six or seven, seconds first'],
  ['0 0 2 * * ? 1969', 'year: "1969" is not between 1970 and 2099'],
];
