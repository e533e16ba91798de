import { Alert, Button } from '@backstage/ui';

export interface ProblemProps {
  /** What couldn't be done: `The workflows can't be shown`. */
  readonly what: string;
  readonly error: Error;
  readonly retry?: () => void;
}

/** An error and what to do about it. */
export function Problem({ what, error, retry }: ProblemProps) {
  return (
    <Alert
      status="danger"
      icon
      role="alert"
      title={what}
      description={`${wordsOf(error)} ${whatToDo(error)}`}
      customActions={
        retry && (
          <Button size="small" variant="secondary" onPress={retry}>
            Try again
          </Button>
        )
      }
    />
  );
}

// A ResponseError itself says only "Request failed with 403 Forbidden"; the backend's words are its cause's.
function wordsOf(error: Error): string {
  return error.cause instanceof Error && error.cause.message ? error.cause.message : error.message;
}

function whatToDo(error: Error): string {
  const status = (error as { statusCode?: unknown }).statusCode;
  if (error.name === 'NotAllowedError' || status === 403) {
    return '→ Ask an administrator of this portal for the permission.';
  }
  if (error.name === 'NotFoundError' || status === 404) {
    return '→ It may have been deleted in DolphinScheduler, or made anew with another code: look for it in the list.';
  }
  if (error.name === 'AuthenticationError' || status === 401) {
    return '→ Sign in again.';
  }
  if (status === 504) {
    return '→ Look first whether it has happened.';
  }
  if (error.name === 'ServiceUnavailableError' || status === 502 || status === 503) {
    return '→ DolphinScheduler or the portal’s backend isn’t reachable now: this page tries again by itself.';
  }
  return '→ Try again; if it stays, the log of the portal’s backend says more.';
}
