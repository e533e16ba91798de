import { Alert, Button } from '@backstage/ui';

/** @public */
export interface ProblemProps {
  /** What couldn't be done: `The scores can't be shown`. */
  readonly what: string;
  readonly error: Error;
  readonly retry?: () => void;
  /** What to do about an answer of a status, where the usual words don't say it. */
  readonly todo?: Readonly<Record<number, string>>;
}

/** An error and what to do about it. @public */
export function Problem({ what, error, retry, todo }: ProblemProps) {
  return (
    <Alert
      status="danger"
      icon
      role="alert"
      title={what}
      description={`${wordsOf(error)} ${whatToDo(error, todo)}`}
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

const WHAT_TO_DO: Readonly<Record<number, string>> = {
  401: '→ Sign in again.',
  403: '→ Ask its owner, or an administrator of this portal for the permission.',
  409: '→ Look again, then decide.',
  503: '→ This page tries again by itself.',
  504: '→ Look first whether it has happened.',
};

function whatToDo(error: Error, todo: ProblemProps['todo'] = {}): string {
  const status = (error as { statusCode?: number }).statusCode ?? 500;
  return (
    todo[status] ??
    WHAT_TO_DO[status] ??
    '→ Try again; if it stays, the log of the portal’s backend says more.'
  );
}
