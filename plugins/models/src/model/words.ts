/** `0.9431`; a dash where there is none. */
export function figure(value: number | null | undefined): string {
  return value === null || value === undefined ? '–' : value.toFixed(4);
}

/** An exact time of ISO 8601 in the reader's zone; the text itself where it is no time. */
export function tellTime(time: string): string {
  const at = new Date(time);
  if (Number.isNaN(at.getTime())) return time;
  return at.toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'medium' });
}

const OUTCOMES: Readonly<Record<string, string>> = {
  deployed: 'went live',
  shadowed: 'is tried out',
  refused: 'refused',
  'no-data': 'no data',
};

/** How a night ended, as people say it. */
export function outcomeWord(outcome: string | null): string {
  return outcome === null ? 'not ended' : (OUTCOMES[outcome] ?? outcome);
}

const ACTIONS: Readonly<Record<string, string>> = {
  none: 'stays',
  rollback: 'was taken back',
  'cool-down': 'stays: something was taken back a short time ago',
  'nothing-to-return-to': 'stays: there is no version to go back to',
};

/** What a look has led to. */
export function actionWord(action: string): string {
  return ACTIONS[action] ?? action;
}
