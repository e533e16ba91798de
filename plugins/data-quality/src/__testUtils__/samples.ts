import type {
  AlertInfo,
  DatasetQuality,
  QuarantinedInfo,
  WindowInfo,
} from '@dolphinstage/plugin-data-quality-common';

export function sampleWindow(minute: number, more: Partial<WindowInfo> = {}): WindowInfo {
  const start = Date.UTC(2026, 10, 28, 12, minute);
  return {
    start: new Date(start).toISOString(),
    end: new Date(start + 60_000).toISOString(),
    version: 1,
    rows: 100,
    passed: 100,
    score: 1,
    parts: {},
    late: 0,
    findings: [],
    ...more,
  };
}

export function sampleAlert(more: Partial<AlertInfo> = {}): AlertInfo {
  return {
    id: 'a1',
    state: 'open',
    check: 'schema',
    field: 'amount',
    severity: 'critical',
    since: '2026-11-28T12:00:00.000Z',
    opened: '2026-11-28T12:00:01.000Z',
    badRows: 2,
    words: 'amount must be >= 0 (2 rows)',
    examples: [
      {
        origin: { topic: 'incoming-data', partition: 1, offset: 7 },
        time: '2026-11-28T12:00:00.000Z',
        row: { amount: -1, email: '***' },
      },
    ],
    ...more,
  };
}

export function sampleRow(offset: number, more: Partial<QuarantinedInfo> = {}): QuarantinedInfo {
  return {
    id: `0-${offset}`,
    check: 'schema',
    field: 'amount',
    detail: 'must be >= 0',
    origin: { topic: 'incoming-data', partition: 0, offset },
    time: '2026-11-28T12:00:00.000Z',
    values: { amount: -offset, email: '***' },
    ...more,
  };
}

export function sampleQuality(more: Partial<DatasetQuality> = {}): DatasetQuality {
  return {
    dataset: 'orders',
    openAlerts: 0,
    windows: [],
    open: [],
    recent: [],
    allowed: ['read', 'readQuarantine', 'replay'],
    asOf: '2026-11-28T12:05:00.000Z',
    ...more,
  };
}
