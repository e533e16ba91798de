import { Content, Header, Page } from '@backstage/core-components';
import { Router } from './Router';

/** The pages with a header of their own: the legacy frontend system draws none. */
export function LegacyPage() {
  return (
    <Page themeId="tool">
      <Header title="Workflows" subtitle="Apache DolphinScheduler" />
      <Content>
        <Router />
      </Content>
    </Page>
  );
}
