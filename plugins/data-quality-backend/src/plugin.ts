import { randomUUID } from 'node:crypto';
import { coreServices, createBackendPlugin } from '@backstage/backend-plugin-api';
import { catalogServiceRef } from '@backstage/plugin-catalog-node';
import { notificationService } from '@backstage/plugin-notifications-node';
import type { AsKnown } from '@dolphinstage/plugin-data-quality-common';
import { openKafka } from '@dolphinstage/task-kit/kafka';
import { openRegistry, TOPICS, topicsWith } from '@dolphinstage/tasks-data-quality';
import type { Kafka } from 'kafkajs';
import { Access } from './access/access';
import { Board } from './follow/board';
import { Follower } from './follow/follower';
import { readAlert, readScore } from './follow/messages';
import { createRouter, OPEN_PATH } from './router';
import { Contracts } from './service/contracts';
import { Owners } from './service/owners';
import { Quality } from './service/quality';
import { Quarantine } from './service/quarantine';
import { quarantineStore, redact } from './service/quarantine-store';
import { TellOwners } from './service/tell-owners';
import { readSettings, type Settings } from './settings';

/** Scores are read this far back, in ms. */
const SCORES_MS = 24 * 3_600_000;
const NOT_CONFIGURED = 'no Kafka is named below dataQuality in app-config.yaml';

/** Scores, alerts and quarantine of streams below `/api/data-quality`. @public */
export const dataQualityPlugin = createBackendPlugin({
  pluginId: 'data-quality',
  register(env) {
    env.registerInit({
      deps: {
        auditor: coreServices.auditor,
        auth: coreServices.auth,
        catalog: catalogServiceRef,
        config: coreServices.rootConfig,
        httpAuth: coreServices.httpAuth,
        httpRouter: coreServices.httpRouter,
        lifecycle: coreServices.lifecycle,
        logger: coreServices.logger,
        notifications: notificationService,
        permissions: coreServices.permissions,
        permissionsRegistry: coreServices.permissionsRegistry,
      },
      async init({ auditor, auth, catalog, httpAuth, httpRouter, logger, ...others }) {
        const { config, lifecycle, notifications, permissions, permissionsRegistry } = others;
        const settings = readSettings(config);
        const topics =
          settings.topicSuffix === undefined ? TOPICS : topicsWith(settings.topicSuffix);
        const owners = new Owners({ catalog, auth, logger });
        const board = new Board();
        const kafka = kafkaOf(settings);
        const tellOwners = new TellOwners({ notifications, owners, logger });
        const follow = new Follower({
          kafka,
          // Alerts that are still open may be as old as the topic lets them be.
          topics: [{ topic: topics.scores, backMs: SCORES_MS }, { topic: topics.alerts }],
          group: `dolphinstage-portal-${randomUUID()}`,
          remembers: false,
          logger,
          onMessage(topic, { value }) {
            if (topic === topics.scores) {
              const read = readScore(value);
              if (read) board.addScore(read);
            } else {
              const read = readAlert(value);
              if (read) board.addAlert(read);
            }
          },
        });
        // A group that stays: what was told before a restart isn't told after it, and of several backends one tells.
        const tell = new Follower({
          kafka,
          topics: [{ topic: topics.alerts }],
          group: ['dolphinstage-portal-notifications', settings.topicSuffix ?? []].flat().join('-'),
          remembers: true,
          logger,
          async onMessage(_topic, { value }) {
            const read = readAlert(value);
            if (read) await tellOwners.tell(read);
          },
        });
        const contracts = new Contracts(settings.contracts, registryOf(settings));
        httpRouter.use(
          createRouter({
            quality: new Quality(board, owners, () =>
              settings.kafka ? knownOf(follow) : { problem: NOT_CONFIGURED },
            ),
            quarantine: new Quarantine({
              store: quarantineStore({ kafka, topics, contracts }),
              contracts,
              redact,
            }),
            access: new Access(permissions, permissionsRegistry, owners),
            httpAuth,
            auditor,
          }),
        );
        httpRouter.addAuthPolicy({ path: OPEN_PATH, allow: 'unauthenticated' });
        if (!settings.kafka) return;
        for (const follower of [follow, tell]) {
          lifecycle.addStartupHook(() => follower.start());
          lifecycle.addShutdownHook(() => follower.stop());
        }
      },
    });
  },
});

function knownOf({ asOf, problem }: Follower): AsKnown {
  return {
    ...(asOf === undefined ? {} : { asOf: new Date(asOf).toISOString() }),
    ...(problem === undefined ? {} : { problem }),
  };
}

function registryOf({ schemaRegistry }: Settings) {
  if (!schemaRegistry) return undefined;
  const { url: baseUrl, token } = schemaRegistry;
  return openRegistry({ 'schema-registry': { kind: 'http', baseUrl, token } });
}

/** One client for all: opened when it is first used. */
function kafkaOf({ kafka: settings }: Settings): () => Promise<Kafka> {
  let opened: Promise<Kafka> | undefined;
  return () => {
    if (!settings) return Promise.reject(new Error(NOT_CONFIGURED));
    const { brokers, ssl: tls, sasl } = settings;
    opened ??= openKafka({ kind: 'kafka', brokers, tls, sasl }, 'dolphinstage-portal');
    return opened;
  };
}
