import type { LoggerService } from '@backstage/backend-plugin-api';
import type { NotificationService } from '@backstage/plugin-notifications-node';
import type { ReadAlert } from '../follow/messages';
import { ownerRef, type Owners } from './owners';

/** An alert that is older is no news, in ms. */
const NEWS_MS = 24 * 3_600_000;
const LONGEST_TITLE = 150;

/** What it takes to tell owners. */
export interface TellOwnersOptions {
  readonly notifications: NotificationService;
  readonly owners: Pick<Owners, 'factsOf'>;
  readonly logger: LoggerService;
}

/** Notifies owners of alerts: each has one notification, which says so when it is over. */
export class TellOwners {
  constructor(private readonly options: TellOwnersOptions) {}

  /** @throws what notifying throws: then it is to be told again. */
  async tell({ dataset, owner, alert, outcome }: ReadAlert): Promise<void> {
    const { notifications, owners, logger } = this.options;
    if (Date.now() - Date.parse(alert.resolved ?? alert.opened) > NEWS_MS) return;
    const known = await owners.factsOf(dataset);
    const recipient = known.owner ?? ownerRef(owner);
    if (recipient === undefined) {
      logger.info(`data set ${dataset} has an alert, and no owner to be notified`);
      return;
    }
    const over = alert.state === 'resolved';
    await notifications.send({
      recipients: { type: 'entity', entityRef: recipient },
      payload: {
        title: `${dataset}: ${alert.words}`.slice(0, LONGEST_TITLE),
        description: over
          ? `${outcome === 'new-level' ? 'Taken for the new level' : 'Over'} since ${alert.resolved}; it had begun at ${alert.since}`
          : `Check ${alert.check}, since ${alert.since}`,
        link: linkOf(dataset, known.entityRef),
        severity: over ? 'low' : severityOf(alert.severity),
        topic: 'data-quality',
        // The same alert, from whichever backend and however often: its notification is brought up to date.
        scope: `data-quality:${alert.id}`,
      },
    });
  }
}

function severityOf(severity: 'warning' | 'critical'): 'critical' | 'high' {
  return severity === 'critical' ? 'critical' : 'high';
}

function linkOf(dataset: string, entityRef = `resource:default/${dataset}`): string {
  const [kind = '', rest = ''] = entityRef.split(':');
  const [namespace = '', name = ''] = rest.split('/');
  return `/catalog/${namespace}/${kind}/${name}/quality`;
}
