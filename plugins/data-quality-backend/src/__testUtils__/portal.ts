import { createServiceFactory } from '@backstage/backend-plugin-api';
import { mockServices, startTestBackend } from '@backstage/backend-test-utils';
import type { Entity } from '@backstage/catalog-model';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import { notificationService } from '@backstage/plugin-notifications-node';
import type { JsonObject } from '@backstage/types';
import request from 'supertest';
import dataQualityPlugin from '..';
import { header, OWNERS, permissions, type Person } from './people';

/** A data set's entity. */
export function datasetEntity(name: string, owner = OWNERS, annotations = {}): Entity {
  return {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'Resource',
    metadata: { name, namespace: 'default', annotations },
    spec: { type: 'dataset', owner },
  };
}

/** The plugin in a backend. */
export async function startPortal(config: JsonObject, entities: Entity[] = []) {
  const auditor = mockServices.auditor.mock();
  const ended: string[] = [];
  auditor.createEvent.mockImplementation(async ({ eventId }) => ({
    success: async more => void ended.push(`${eventId} succeeded: ${JSON.stringify(more?.meta)}`),
    fail: async ({ error }) => void ended.push(`${eventId} failed: ${error.name}`),
  }));
  const sent: { title: string; scope?: string; severity?: string; link?: string }[] = [];
  const recipients: unknown[] = [];
  const notifications = {
    async send(notification: { recipients: unknown; payload: (typeof sent)[number] }) {
      recipients.push(notification.recipients);
      sent.push(notification.payload);
    },
  };
  const backend = await startTestBackend({
    features: [
      dataQualityPlugin,
      permissions.factory,
      auditor.factory,
      mockServices.rootConfig.factory({ data: { dataQuality: config } }),
      catalogServiceMock.factory({ entities }),
      createServiceFactory({
        service: notificationService,
        deps: {},
        factory: () => notifications as never,
      }),
    ],
  });
  const base = '/api/data-quality/v1';
  return {
    /** What the audit log says. */
    ended,
    sent,
    recipients,
    stop: () => backend.stop(),
    get: (path: string, person: Person = 'owner') =>
      request(backend.server).get(`${base}${path}`).set('Authorization', header(person)),
    post: (path: string, body: object = {}, person: Person = 'owner') =>
      request(backend.server)
        .post(`${base}${path}`)
        .set('Authorization', header(person))
        .send(body),
  };
}

export type Portal = Awaited<ReturnType<typeof startPortal>>;
