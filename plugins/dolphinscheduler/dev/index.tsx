// This is an app, though in a plugin's package.
// eslint-disable-next-line @backstage/no-ui-css-imports-in-non-frontend
import '@backstage/ui/css/styles.css';
import type { Entity } from '@backstage/catalog-model';
import { createApp } from '@backstage/frontend-defaults';
import {
  ApiBlueprint,
  createFrontendModule,
  createFrontendPlugin,
  PageBlueprint,
} from '@backstage/frontend-plugin-api';
import { SignInPageBlueprint, type SignInPageProps } from '@backstage/plugin-app-react';
import { EntityProvider, entityRouteRef } from '@backstage/plugin-catalog-react';
import { ANNOTATIONS } from '@dolphinstage/plugin-dolphinscheduler-common';
import { useEffect } from 'react';
import { createRoot } from 'react-dom/client';
import plugin from '../src/alpha';
import { dolphinSchedulerApiRef } from '../src/api';
import { EntityCard } from '../src/components/EntityCard';
import { EntityContent } from '../src/components/EntityContent';
import { HomeWidget } from '../src/components/HomeWidget';
import { FakeApi } from './fake-api';

const fake = createFrontendModule({
  pluginId: 'dolphinscheduler',
  extensions: [
    ApiBlueprint.make({
      params: define =>
        define({ api: dolphinSchedulerApiRef, deps: {}, factory: () => new FakeApi() }),
    }),
  ],
});

const entity: Entity = {
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'Component',
  metadata: {
    name: 'workflow-1',
    annotations: {
      [ANNOTATIONS.instance]: 'main',
      [ANNOTATIONS.project]: 'warehouse',
      [ANNOTATIONS.code]: '1',
    },
  },
  spec: { type: 'dolphinscheduler-workflow' },
};

/** Stands for the catalog's page of an entity, and for the home page. */
const elsewhere = createFrontendPlugin({
  pluginId: 'elsewhere',
  extensions: [
    PageBlueprint.make({
      params: {
        path: '/catalog/:namespace/:kind/:name',
        title: 'An entity',
        routeRef: entityRouteRef,
        loader: async () => (
          <EntityProvider entity={entity}>
            <HomeWidget />
            <EntityCard />
            <EntityContent />
          </EntityProvider>
        ),
      },
    }),
  ],
});

/** There is no backend that could sign anybody in: whoever looks is a guest. */
function SignedIn({ onSignInSuccess }: SignInPageProps) {
  useEffect(() => {
    const userEntityRef = 'user:development/guest';
    onSignInSuccess({
      getProfileInfo: async () => ({ displayName: 'Guest' }),
      getBackstageIdentity: async () => ({
        type: 'user',
        userEntityRef,
        ownershipEntityRefs: [userEntityRef],
      }),
      getCredentials: async () => ({}),
      signOut: async () => {},
    });
  }, [onSignInSuccess]);
  return null;
}

const signIn = createFrontendModule({
  pluginId: 'app',
  extensions: [SignInPageBlueprint.make({ params: { loader: async () => SignedIn } })],
});

const app = createApp({ features: [plugin, fake, elsewhere, signIn] });

createRoot(document.getElementById('root')!).render(app.createRoot());
