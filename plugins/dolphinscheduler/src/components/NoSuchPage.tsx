import { Alert, ButtonLink } from '@backstage/ui';
import { useLinks } from '../hooks/useLinks';

/** For an address that names neither a workflow nor a run. */
export function NoSuchPage() {
  const links = useLinks();
  return (
    <Alert
      status="warning"
      icon
      title="This address names no workflow"
      description="It needs the form instance/project/code, code being the number of the workflow definition."
      customActions={
        <ButtonLink href={links.list()} size="small" variant="secondary">
          All workflows
        </ButtonLink>
      }
    />
  );
}
