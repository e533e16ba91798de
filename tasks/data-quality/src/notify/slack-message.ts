import type { AlertEvent } from '../judge/alert';

/** More than so many alerts become a digest: one line each. */
const IN_FULL = 4;
/** A digest counts what goes beyond. */
const MOST_LINES = 20;
const MOST_FIELDS = 12;

/** What is posted to an incoming webhook. Source: api.slack.com/messaging/webhooks. */
export interface SlackMessage {
  /** For notifications and screen readers. */
  readonly text: string;
  readonly blocks: readonly { readonly type: 'section'; readonly text: SlackText }[];
}

interface SlackText {
  readonly type: 'mrkdwn';
  readonly text: string;
}

/** @param doubtful - true where an earlier try was cut off, so that people may have had it. */
export function slackMessage(events: readonly AlertEvent[], doubtful: boolean): SlackMessage {
  const said = doubtful ? ['_The sending of this was cut off: you may have seen it before._'] : [];
  const parts = events.length <= IN_FULL ? events.map(inFull) : digest(events);
  return {
    text: headline(events),
    blocks: [...said, ...parts].map(text => ({ type: 'section', text: { type: 'mrkdwn', text } })),
  };
}

function headline(events: readonly AlertEvent[]): string {
  const [first] = events;
  if (first && events.length === 1)
    return `${verb(first)} ${name(first)}: ${plain(first.data.words)}`;
  const opened = events.filter(({ data }) => data.state === 'open').length;
  return `Data quality: ${opened} opened, ${events.length - opened} over`;
}

function inFull(event: AlertEvent): string {
  const { data } = event;
  const lines = [`${verb(event)} *${name(event)}*`, plain(data.words)];
  if (data.state === 'resolved') {
    lines.push(`since ${data.since}, over ${data.resolved}, ${data.badRows} bad rows`);
    return lines.join('\n');
  }
  lines.push(`since ${data.since}${data.owner ? `, owner ${plain(data.owner)}` : ''}`);
  for (const { origin, row } of data.examples.slice(0, 2)) {
    const fields = Object.entries(row ?? {}).slice(0, MOST_FIELDS);
    const shown = row ? plain(JSON.stringify(Object.fromEntries(fields))) : 'not readable';
    lines.push(
      `\`${origin.topic}/${origin.partition}@${origin.offset}\` ${shown.replaceAll('`', "'")}`,
    );
  }
  if (data.link) lines.push(`<${data.link}|Open in the portal>`);
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
    .map(event => `${verb(event)} ${name(event)}: ${plain(event.data.words)}`);
  const more = events.length - lines.length;
  return [`*${headline(events)}*`, lines.join('\n'), ...(more > 0 ? [`and ${more} more`] : [])];
}

function verb({ data }: AlertEvent): string {
  if (data.state === 'resolved') return ':white_check_mark: over:';
  return data.severity === 'critical' ? ':rotating_light: critical:' : ':warning: warning:';
}

function name({ data }: AlertEvent): string {
  const parts = [data.dataset, data.check, data.field, data.series].filter(part => part);
  return plain(parts.join(' · '));
}

/** Slack's own characters, as text. Source: api.slack.com/reference/surfaces/formatting#escaping. */
function plain(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
