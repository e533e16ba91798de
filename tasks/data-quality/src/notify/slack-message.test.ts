import { SlackSink } from '@dolphinstage/test';
import type { AlertData, AlertEvent } from '../judge/alert';
import { slackChannel } from './slack-channel';
import { slackMessage } from './slack-message';

const LONG = '<&>'.repeat(2_000);

function eventOf(more: Partial<AlertData> = {}): AlertEvent {
  const since = '2026-11-30T07:00:00.000Z';
  return {
    specversion: '1.0',
    id: 'a-opened',
    source: '/dolphinstage/quality/orders',
    type: 'dolphinstage.quality.alert.opened',
    subject: 'orders',
    time: since,
    datacontenttype: 'application/json',
    data: {
      ...{ alert: 'a', state: 'open', dataset: 'orders', version: 1, check: 'schema' },
      ...{ field: 'amount', severity: 'warning', since, opened: since, badRows: 2 },
      words: 'amount must be >= 0',
      examples: [],
      link: 'https://portal.example.org/catalog/default/resource/orders/quality',
      ...more,
    },
  };
}

const everything: Partial<AlertData> = {
  ...{ field: LONG, series: LONG, words: LONG, owner: LONG },
  examples: [1, 2, 3].map(offset => ({
    origin: { topic: 'orders', partition: 0, offset },
    time: 0,
    row: Object.fromEntries(
      Array.from({ length: 30 }, (_none, n) => [`f${n}`, LONG.slice(0, 100)]),
    ),
  })),
};

const textOf = (events: readonly AlertEvent[]) =>
  slackMessage(events, false)
    .blocks!.map(({ text }) => text.text)
    .join('\n');

describe('a message to Slack', () => {
  it.each([
    ['cut in the middle of a character', '😀'.repeat(2_000)],
    ['cut one further', `x${'😀'.repeat(2_000)}`],
    ['half a character already', '😀'.slice(0, 1)],
  ])('is text that every reader takes, of words %s', (_what, words) => {
    const row = { id: words };
    const examples = [{ origin: { topic: 'orders', partition: 3, offset: 17 }, time: 0, row }];
    const { text, blocks } = slackMessage([eventOf({ words, series: words, examples })], false);
    const texts = [text, ...blocks!.map(block => block.text.text)];
    expect(texts.map(each => each.isWellFormed())).toEqual(texts.map(() => true));
  });

  it('shows an alert with its rows, its owner and the way to the portal', () => {
    const row = { id: 'o-1', amount: -1 };
    const origin = { topic: 'orders', partition: 3, offset: 17 };
    const text = textOf([eventOf({ owner: 'sales', examples: [{ origin, time: 0, row }] })]);
    expect(text.split('\n')).toEqual([
      ':warning: warning: *orders · schema · amount*',
      'amount must be &gt;= 0',
      'since 2026-11-30T07:00:00.000Z, owner sales',
      '`orders/3@17` {"id":"o-1","amount":-1}',
      '<https://portal.example.org/catalog/default/resource/orders/quality|Open in the portal>',
    ]);
  });

  it('does not call over what is taken for the new level', () => {
    const resolved = '2026-11-30T08:00:00.000Z';
    const over = { state: 'resolved', resolved, badRows: 0 } as const;
    expect(textOf([eventOf(over)])).toMatch(/^:white_check_mark: over: /);
    expect(textOf([eventOf({ ...over, outcome: 'new-level' })]).split('\n')).toEqual([
      ':heavy_plus_sign: a new level: *orders · schema · amount*',
      'amount must be &gt;= 0',
      `since 2026-11-30T07:00:00.000Z, over ${resolved}, 0 bad rows`,
      '_It is taken for the level from now on._',
    ]);
  });

  it('says in a digest what is worst first, and how much more there is', () => {
    const events = Array.from({ length: 30 }, (_none, n) =>
      eventOf({ field: `f${n}`, ...(n === 29 ? { severity: 'critical' } : {}) }),
    );
    const lines = textOf(events).split('\n');
    expect(lines[0]).toBe('*Data quality: 30 opened, 0 over*');
    expect(lines[1]).toMatch(/critical:.* f29: /);
    expect(lines.at(-1)).toBe('and 10 more');
    expect(lines).toHaveLength(22);
  });

  // A message that Slack refuses would be tried again for ever, and nothing after it be told.
  it.each([1, 4, 5, 20, 200])(
    'of %d alerts is one that Slack takes, however much they have to say',
    async count => {
      const sink = await SlackSink.start();
      try {
        const events = Array.from({ length: count }, () => eventOf(everything));
        expect(await slackChannel(sink.url).send(events, true)).toEqual({ outcome: 'sent' });
        const [posted] = sink.posted;
        expect(posted!.text).toMatch(count > 4 ? /\d+ opened/ : /Open in the portal/);
        expect(posted!.text).not.toMatch(/&[a-z]*…/);
      } finally {
        await sink.stop();
      }
    },
  );

  it('may have arrived where a gateway has passed it on, and has not where Slack refuses it', async () => {
    const sink = await SlackSink.start();
    try {
      const outcomes = [];
      for (const status of [504, 502, 503, 429, 404]) {
        sink.status = status;
        outcomes.push((await slackChannel(sink.url).send([eventOf()], false)).outcome);
      }
      expect(outcomes).toEqual(['unknown', 'unknown', 'refused', 'refused', 'refused']);
    } finally {
      await sink.stop();
    }
  });
});
