import { VisuallyHidden } from '@backstage/ui';

/** Says to a screen reader what has changed, when it changes. */
export function Announce({ text }: { readonly text: string }) {
  return (
    <VisuallyHidden role="status" aria-live="polite">
      {text}
    </VisuallyHidden>
  );
}
