import type {
  AuditorService,
  BackstageCredentials,
  BackstageUserPrincipal,
} from '@backstage/backend-plugin-api';
import type { SignalsService } from '@backstage/plugin-signals-node';
import type { JsonObject } from '@backstage/types';
import {
  CHANGES_CHANNEL,
  workflowKey,
  type ChangeSignal,
  type Verb,
  type WorkflowRef,
} from '@dolphinstage/plugin-dolphinscheduler-common';
import { nothingDone, problemOf } from '@dolphinstage/plugin-dolphinscheduler-node';
import type { Request } from 'express';
import type { Access } from './access/access';
import type { RateLimit } from './rate-limit';
import type { Place } from './service/definition';

/** Somebody who is signed in. */
export type User = BackstageCredentials<BackstageUserPrincipal>;

/** What kind of change it is. */
export interface Change {
  readonly verb: Verb;
  /** Of the audit log. */
  readonly event: string;
}

/** Where a change comes from, for the audit log. */
export interface Origin {
  /** Absent for one that came another way. */
  readonly request?: Request;
  readonly meta: JsonObject;
}

/** Who wants it, and for which workflow. */
export interface Wanted {
  readonly user: User;
  readonly ref: WorkflowRef;
}

/** What changes need. */
export interface ChangesOptions {
  readonly access: Access;
  readonly auditor: AuditorService;
  readonly signals: SignalsService;
  /** Of each user. */
  readonly limit: RateLimit;
}

/** The one way in which anything is changed: not too often, allowed, audited whether it succeeds or not, and announced. */
export class Changes {
  constructor(private readonly options: ChangesOptions) {}

  /** @throws what `wanted` and `act` throw; NotAllowedError; NotFoundError; TooManyRequestsError. */
  async make<T>(
    { verb, event }: Change,
    { request, meta }: Origin,
    wanted: () => Promise<Wanted>,
    act: (place: Place) => Promise<T>,
  ): Promise<T> {
    const { access, auditor, signals, limit } = this.options;
    const audited = await auditor.createEvent({
      eventId: event,
      severityLevel: 'medium',
      request,
      meta,
    });
    try {
      const { user, ref } = await wanted();
      await limit.take(user.principal.userEntityRef);
      const place = await access.look(user, ref, verb).catch((error: unknown) => {
        const problem = problemOf(error);
        throw problem === undefined ? error : nothingDone(ref.instance, problem);
      });
      const answer = await act(place);
      await audited.success({ meta: { ...meta, workflow: workflowKey(place.row) } });
      const { instance, project, code } = place.row;
      await announce(signals, { instance, project, code });
      return answer;
    } catch (error) {
      await audited.fail({ error: error as Error, meta });
      throw error;
    }
  }
}

/** Says that something has changed; which, only those who may see it can read. */
export function announce(signals: SignalsService, message: ChangeSignal): Promise<void> {
  return signals.publish({
    channel: CHANGES_CHANNEL,
    recipients: { type: 'broadcast' },
    message: { ...message },
  });
}
