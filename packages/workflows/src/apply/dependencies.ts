import { copyFileSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { registerSecret } from '@dolphinstage/common';
import { isClientError } from '@dolphinstage/dolphinscheduler-client';
import type { PackBundle } from '@dolphinstage/task-kit';
import type { Client, Dependency, PlanOptions } from '../plan/plan-types';
import { resourceName } from '../plan/render';

/** Something that apply has made before the workflows. @public */
export interface MadeDependency {
  readonly kind: Dependency['kind'];
  readonly name: string;
}

/** Makes one thing that workflows need; undefined where somebody has since the plan. */
export async function makeDependency(
  client: Client,
  dependency: Dependency,
  options: PlanOptions,
): Promise<MadeDependency | undefined> {
  switch (dependency.kind) {
    case 'project':
      return makeProject(client, dependency.name);
    case 'bundle':
      await deliver(client, dependency.bundle, options.delivery);
      return { kind: 'bundle', name: dependency.bundle.fileName };
    case 'alert-group':
      await makeAlertGroup(client, dependency);
      return { kind: 'alert-group', name: dependency.group };
    default:
      return dependency satisfies never;
  }
}

async function makeProject(client: Client, name: string): Promise<MadeDependency | undefined> {
  try {
    await client.projects.create({ name, description: 'Made by Dolphinstage' });
    return { kind: 'project', name };
  } catch (error) {
    // Two who bring the first workflows of a project at once: it is there, and that is all that was wanted.
    if (isClientError(error, 'CLIENT_NAME_TAKEN') && (await client.projects.find(name))) {
      return undefined;
    }
    throw error;
  }
}

async function deliver(
  client: Client,
  bundle: PackBundle,
  delivery: PlanOptions['delivery'],
): Promise<void> {
  if (delivery.kind === 'resource') {
    await client.resources.upload(resourceName(bundle), readFileSync(bundle.file));
    return;
  }
  mkdirSync(delivery.folder, { recursive: true });
  const draft = join(delivery.folder, `.${randomUUID()}.cjs`);
  copyFileSync(bundle.file, draft);
  // In one step: a worker never starts half a bundle.
  renameSync(draft, join(delivery.folder, bundle.fileName));
}

async function makeAlertGroup(
  client: Client,
  { group, webhook, url = '' }: Extract<Dependency, { kind: 'alert-group' }>,
): Promise<void> {
  // Such an address often holds a token.
  registerSecret(url);
  const instance =
    (await client.alerts.findInstance(webhook)) ??
    (await client.alerts.createWebhook({ instanceName: webhook, url }));
  const found = await client.alerts.findGroup(group);
  if (!found) {
    await client.alerts.createGroup({
      groupName: group,
      description: 'Made by Dolphinstage',
      alertInstanceIds: [instance.id],
    });
  } else if (!found.alertInstanceIds.includes(instance.id)) {
    await client.alerts.updateGroup({
      ...found,
      alertInstanceIds: [...found.alertInstanceIds, instance.id],
    });
  }
}
