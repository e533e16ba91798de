import { createStarterByAnswer, STARTS_BY_ID } from '../api/start-answered';
import type { Dialect } from './dialect';
import { definitionForm, scheduleForm, withoutCache } from './forms';
import { v33 } from './v3.3';

/** DolphinScheduler 3.4: 3.3 with a schedule's policy for missed times. */
export const v34: Dialect = {
  ...v33,
  line: '3.4',
  capabilities: { ...v33.capabilities, missedFirePolicy: true },
  forms: {
    alertInstance: {},
    definition: spec => definitionForm(spec, withoutCache),
    schedule: spec => ({
      ...scheduleForm(
        spec,
        spec.missedFirePolicy ? { missedFirePolicy: spec.missedFirePolicy } : {},
      ),
      tenantCode: spec.tenantCode || undefined,
    }),
  },
  starter: http => createStarterByAnswer(http, v34, STARTS_BY_ID),
};
