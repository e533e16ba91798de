import { FieldFrame, type FieldFrameProps } from '../FieldFrame';

export interface PickFieldProps extends FieldFrameProps {
  readonly value: string;
  /** What is offered; anything else can be typed. */
  readonly options: readonly PickOption[];
  readonly onChange: (value: string) => void;
}

/** Something that is offered. */
export interface PickOption {
  readonly value: string;
  /** What the browser shows beside it. */
  readonly about?: string;
}

/** A text, with those that are known to choose from: the browser's own list, by keyboard and for screen readers. */
export function PickField({ value, options, onChange, ...frame }: PickFieldProps) {
  return (
    <FieldFrame {...frame}>
      {input => (
        <>
          <input
            {...input}
            type="text"
            list={`${input.id}-options`}
            value={value}
            autoComplete="off"
            spellCheck={false}
            onChange={event => onChange(event.target.value)}
          />
          <datalist id={`${input.id}-options`}>
            {options.map(option => (
              <option key={option.value} value={option.value} label={option.about} />
            ))}
          </datalist>
        </>
      )}
    </FieldFrame>
  );
}
