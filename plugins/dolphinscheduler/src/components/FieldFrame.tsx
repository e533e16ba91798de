import { useId, type InputHTMLAttributes, type ReactNode } from 'react';
import styles from './FieldFrame.module.css';

/** What a field says around its input. */
export interface FieldFrameProps {
  readonly label: string;
  readonly description?: string;
  readonly problem?: string;
  readonly isRequired?: boolean;
  readonly isDisabled?: boolean;
}

/** The browser's own input with its label, and what is told of it beside it and to screen readers. */
export function FieldFrame({
  label,
  description,
  problem,
  isRequired,
  isDisabled,
  children,
}: FieldFrameProps & {
  /** Draws the input. */
  readonly children: (input: InputHTMLAttributes<HTMLInputElement> & { id: string }) => ReactNode;
}) {
  const id = useId();
  const about = [description && `${id}-about`, problem && `${id}-problem`].filter(Boolean);
  return (
    <div className={styles.field}>
      <label htmlFor={id} className={styles.label}>
        {label}
        {isRequired && ' *'}
      </label>
      {description && (
        <span id={`${id}-about`} className={styles.about}>
          {description}
        </span>
      )}
      {children({
        id,
        className: styles.input,
        required: isRequired,
        disabled: isDisabled,
        'aria-invalid': problem !== undefined,
        'aria-describedby': about.join(' ') || undefined,
      })}
      {problem && (
        <span id={`${id}-problem`} className={styles.problem}>
          {problem}
        </span>
      )}
    </div>
  );
}
