import { useId } from 'react';
import styles from '../InputField.module.css';

export interface PickFieldProps {
  readonly label: string;
  readonly description?: string;
  readonly value: string;
  /** What is offered; anything else can be typed. */
  readonly options: readonly string[];
  readonly problem?: string;
  readonly isRequired?: boolean;
  readonly isDisabled?: boolean;
  readonly onChange: (value: string) => void;
}

/** A text, with those that are known to choose from: the browser's own list, by keyboard and for screen readers. */
export function PickField(props: PickFieldProps) {
  const { label, description, value, options, problem, isRequired, isDisabled, onChange } = props;
  const id = useId();
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
      <input
        id={id}
        className={styles.input}
        type="text"
        list={`${id}-options`}
        value={value}
        required={isRequired}
        disabled={isDisabled}
        autoComplete="off"
        spellCheck={false}
        aria-invalid={problem !== undefined}
        aria-describedby={`${id}-about ${id}-problem`}
        onChange={event => onChange(event.target.value)}
      />
      <datalist id={`${id}-options`}>
        {options.map(option => (
          <option key={option} value={option} />
        ))}
      </datalist>
      {problem && (
        <span id={`${id}-problem`} className={styles.problem}>
          {problem}
        </span>
      )}
    </div>
  );
}
