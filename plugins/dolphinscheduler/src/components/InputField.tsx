import { useId } from 'react';
import styles from './InputField.module.css';

export interface InputFieldProps {
  readonly label: string;
  readonly type: 'date' | 'datetime-local';
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly description?: string;
  readonly problem?: string;
  readonly isRequired?: boolean;
}

/** The browser's own date field: by keyboard, in the reader's language, with a calendar. */
export function InputField(props: InputFieldProps) {
  const { label, type, value, onChange, description, problem, isRequired } = props;
  const id = useId();
  return (
    <div className={styles.field}>
      <label htmlFor={id} className={styles.label}>
        {label}
      </label>
      {description && (
        <span id={`${id}-about`} className={styles.about}>
          {description}
        </span>
      )}
      <input
        id={id}
        className={styles.input}
        type={type}
        step={type === 'datetime-local' ? 1 : undefined}
        value={value}
        required={isRequired}
        aria-invalid={problem !== undefined}
        aria-describedby={`${id}-about ${id}-problem`}
        onChange={event => onChange(event.target.value)}
      />
      {problem && (
        <span id={`${id}-problem`} className={styles.problem}>
          {problem}
        </span>
      )}
    </div>
  );
}
