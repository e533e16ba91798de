import type { ParamInfo } from '@dolphinstage/plugin-dolphinscheduler-common';
import { initialText, isDay, readFields } from './params';

const param = (type: ParamInfo['type'], value = '', expression = false): ParamInfo => ({
  name: 'p',
  type,
  value,
  expression,
});

describe('a start form', () => {
  it.each([
    ['integer', '42', 42],
    ['integer', ' -7 ', -7],
    ['number', '1e3', 1000],
    ['number', '.5', 0.5],
    ['boolean', 'false', false],
    ['date', '2026-02-28', '2026-02-28'],
    ['timestamp', '2026-11-27T20:05', '2026-11-27 20:05:00'],
    ['timestamp', '2026-11-27T20:05:09', '2026-11-27 20:05:09'],
    ['string', ' as it is ', ' as it is '],
    ['text', 'two\nlines', 'two\nlines'],
  ] as const)('reads %s %j', (type, text, value) => {
    expect(readFields([param(type)], { p: text })).toEqual({ values: { p: value }, problems: {} });
  });

  it.each([
    ['integer', '4.2'],
    ['integer', '12abc'],
    ['integer', '9007199254740993'],
    ['number', '0x10'],
    ['number', 'Infinity'],
    ['number', '1e999'],
    ['boolean', 'yes'],
    ['date', '2026-02-30'],
    ['date', '27.11.2026'],
    ['timestamp', '2026-11-27T25:00'],
    ['timestamp', '2026-02-30T10:00'],
  ] as const)('refuses %s %j', (type, text) => {
    const { values, problems } = readFields([param(type)], { p: text });
    expect(values).toEqual({});
    expect(Object.keys(problems)).toEqual(['p']);
  });

  it('leaves out what is as by default', () => {
    expect(readFields([param('integer', '3')], {})).toEqual({ values: {}, problems: {} });
    expect(readFields([param('integer', '3')], { p: '3' })).toEqual({ values: {}, problems: {} });
    expect(readFields([param('integer', '3')], { p: '' })).toEqual({ values: {}, problems: {} });
  });

  it('takes an emptied text as an empty text, unless its default is an expression', () => {
    expect(readFields([param('string', 'x')], { p: '' }).values).toEqual({ p: '' });
    expect(readFields([param('string', '$[yyyyMMdd]', true)], { p: '' }).values).toEqual({});
  });

  it('shows a default unless it is worked out at the run', () => {
    expect(initialText(param('date', '2026-01-01'))).toBe('2026-01-01');
    expect(initialText(param('date', '$[yyyy-MM-dd-1]', true))).toBe('');
    expect(initialText(param('timestamp', '2026-01-01 02:03:04'))).toBe('2026-01-01T02:03:04');
  });
});

describe('a day', () => {
  it.each([
    ['2024-02-29', true],
    ['2026-02-29', false],
    ['2026-1-1', false],
    ['', false],
  ])('%j: %s', (text, is) => {
    expect(isDay(text)).toBe(is);
  });
});
