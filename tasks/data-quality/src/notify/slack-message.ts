import type { AlertEvent } from '../judge/alert';

/** More than so many alerts become a digest: one line each. */
const IN_FULL = 4;
/** A digest counts what goes beyond. */
const MOST_LINES = 20;
const MOST_FIELDS = 12;
/** Slack refuses a section of more. Source: docs.slack.dev/reference/block-kit/blocks/section-block */
const MOST_OF_SECTION = 3_000;
/** So long at most is a line of each kind, in characters: an alert in full is a section, whatever its rows hold. */
const LONGEST = { name: 300, words: 600, example: 600, link: 500 };

/** What is posted to an incoming webhook. Source: api.slack.com/messaging/webhooks. */
export interface SlackMessage {
  /** For notifications and screen readers. */
  readonly text: string;
  readonly blocks?: readonly { readonly type: 'section'; readonly text: SlackText }[];
}

interface SlackText {
  readonly type: 'mrkdwn';
  readonly text: string;
}

/** What is said where the message as it is isn't taken: only what the checker itself has named, of each alert a line. */
export function bareMessage(events: readonly AlertEvent[]): SlackMessage {
  const lines = events.slice(0, MOST_LINES).map(event => {
    const { alert, check, dataset } = event.data;
    return `${verb(event)} ${cut(plain(dataset), LONGEST.name)} · ${check} (alert ${alert})`;
  });
  const more = events.length - lines.length;
  const all = [...lines, ...(more > 0 ? [`and ${more} more`] : [])];
  return { text: [...all, 'Slack did not take it in full: the portal has it.'].join('\n') };
}

/** @param doubtful - true where an earlier try was cut off, so that people may have had it. */
export function slackMessage(events: readonly AlertEvent[], doubtful: boolean): SlackMessage {
  const said = doubtful ? ['_The sending of this was cut off: you may have seen it before._'] : [];
  const parts = events.length <= IN_FULL ? events.map(inFull) : sections(digest(events));
  return {
    text: headline(events),
    blocks: [...said, ...parts].map(text => ({ type: 'section', text: { type: 'mrkdwn', text } })),
  };
}

function headline(events: readonly AlertEvent[]): string {
  const [first] = events;
  if (first && events.length === 1) return `${verb(first)} ${name(first)}: ${words(first)}`;
  const opened = events.filter(({ data }) => data.state === 'open').length;
  return `Data quality: ${opened} opened, ${events.length - opened} over`;
}

function inFull(event: AlertEvent): string {
  const { data } = event;
  const lines = [`${verb(event)} *${name(event)}*`, words(event)];
  if (data.state === 'resolved') {
    lines.push(`since ${data.since}, over ${data.resolved}, ${data.badRows} bad rows`);
    if (data.outcome === 'new-level') lines.push('_It is taken for the level from now on._');
    return lines.join('\n');
  }
  const owner = data.owner ? `, owner ${cut(plain(data.owner), LONGEST.name)}` : '';
  lines.push(`since ${data.since}${owner}`);
  for (const { origin, row } of data.examples.slice(0, 2)) {
    const fields = Object.entries(row ?? {}).slice(0, MOST_FIELDS);
    const shown = row ? plain(JSON.stringify(Object.fromEntries(fields))) : 'not readable';
    const at = `\`${origin.topic}/${origin.partition}@${origin.offset}\``;
    lines.push(cut(`${at} ${shown.replaceAll('`', "'")}`, LONGEST.example));
  }
  if (data.link && data.link.length <= LONGEST.link) {
    lines.push(`<${data.link}|Open in the portal>`);
  }
  return lines.join('\n');
}

/** What begins before what is over, what is worse first: the end is counted only. */
function urgency({ data }: AlertEvent): number {
  if (data.state === 'resolved') return 2;
  return data.severity === 'critical' ? 0 : 1;
}

function digest(events: readonly AlertEvent[]): string[] {
  const lines = [...events]
    .sort((one, other) => urgency(one) - urgency(other))
    .slice(0, MOST_LINES)
    .map(event => `${verb(event)} ${name(event)}: ${words(event)}`);
  const more = events.length - lines.length;
  return [`*${headline(events)}*`, ...lines, ...(more > 0 ? [`and ${more} more`] : [])];
}

/** As few sections as hold the lines. */
function sections(lines: readonly string[]): string[] {
  const all: string[] = [];
  for (const line of lines) {
    const last = all.at(-1);
    const longer = `${last}\n${line}`;
    if (last !== undefined && longer.length <= MOST_OF_SECTION) all[all.length - 1] = longer;
    else all.push(line);
  }
  return all;
}

function verb({ data }: AlertEvent): string {
  if (data.outcome === 'new-level') return ':heavy_plus_sign: a new level:';
  if (data.state === 'resolved') return ':white_check_mark: over:';
  return data.severity === 'critical' ? ':rotating_light: critical:' : ':warning: warning:';
}

function name({ data }: AlertEvent): string {
  const parts = [data.dataset, data.check, data.field, data.series].filter(part => part);
  return cut(plain(parts.join(' · ')), LONGEST.name);
}

function words({ data }: AlertEvent): string {
  return cut(plain(data.words), LONGEST.words);
}

/** Not in the middle of a character, escaped or of two halves. */
function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  return `${text.slice(0, most - 1).replace(/&[a-z]*$|[\ud800-\udbff]$/, '')}…`;
}

/**
 * Slack's own characters, as text, and what is no character - half of one that was cut - as the sign for that.
 * Source: api.slack.com/reference/surfaces/formatting#escaping.
 */
function plain(text: string): string {
  return text
    .toWellFormed()
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}
