import { FieldFrame, type FieldFrameProps } from './FieldFrame';

export interface InputFieldProps extends FieldFrameProps {
  readonly type: 'date' | 'datetime-local';
  readonly value: string;
  readonly onChange: (value: string) => void;
}

/** The browser's own date field: by keyboard, in the reader's language, with a calendar. */
export function InputField({ type, value, onChange, ...frame }: InputFieldProps) {
  return (
    <FieldFrame {...frame}>
      {input => (
        <input
          {...input}
          type={type}
          step={type === 'datetime-local' ? 1 : undefined}
          value={value}
          onChange={event => onChange(event.target.value)}
        />
      )}
    </FieldFrame>
  );
}
