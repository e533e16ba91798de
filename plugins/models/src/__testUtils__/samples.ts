import type { ModelDetails, NightDetails, VersionInfo } from '@dolphinstage/plugin-models-common';

export function sampleVersion(number: number, more: Partial<VersionInfo> = {}): VersionInfo {
  return {
    number,
    day: `2026-11-${20 + number}`,
    createdAt: `2026-11-${20 + number}T00:10:00.000Z`,
    createdBy: 'workflow',
    metrics: { accuracy: 0.9 + number / 1000, auc: 0.95, logLoss: 0.2 },
    gates: [],
    dataFrom: '2026-10-22T00:00:00.000Z',
    dataTo: '2026-11-14T00:00:00.000Z',
    bundle: `bundle ${number}`,
    mlflowRun: null,
    condemned: false,
    ...more,
  };
}

export function sampleNight(day: string, more: Partial<NightDetails> = {}): NightDetails {
  return {
    day,
    outcome: 'deployed',
    reasons: [],
    startedAt: `${day}T00:00:00.000Z`,
    endedAt: `${day}T00:10:00.000Z`,
    gates: null,
    accuracy: null,
    calibration: null,
    importance: null,
    drift: null,
    ...more,
  };
}

export function sampleModel(more: Partial<ModelDetails> = {}): ModelDetails {
  return {
    name: 'churn',
    owner: 'group:default/sales',
    description: 'who leaves',
    current: 2,
    previous: 1,
    candidate: null,
    mode: null,
    share: null,
    lastNight: null,
    lastLook: null,
    versions: [sampleVersion(2), sampleVersion(1)],
    nights: [],
    looks: [],
    switches: [],
    traffic: [],
    allowed: ['read', 'switch'],
    ...more,
  };
}
