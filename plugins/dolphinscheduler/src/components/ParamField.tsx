import { Select, TextAreaField, TextField } from '@backstage/ui';
import type { ParamInfo } from '@dolphinstage/plugin-dolphinscheduler-common';
import { initialText } from '../model/params';
import { InputField } from './InputField';

const INPUT_MODES = { string: 'text', integer: 'numeric', number: 'decimal' } as const;

export interface ParamFieldProps {
  readonly param: ParamInfo;
  /** What is in the field; absent: nobody has touched it. */
  readonly text: string | undefined;
  readonly problem: string | undefined;
  readonly onChange: (text: string) => void;
}

/** The field of a start parameter, by its type. */
export function ParamField({ param, text, problem, onChange }: ParamFieldProps) {
  const value = text ?? initialText(param);
  const label = param.name;
  const description = describe(param);
  const field = {
    label,
    description,
    value,
    onChange,
    // The problem is told beside the field and to a screen reader, and never keeps a form from being sent by itself.
    validate: () => problem,
    validationBehavior: 'aria' as const,
  };
  switch (param.type) {
    case 'date':
    case 'timestamp':
      return (
        <InputField
          {...{ label, description, value, onChange, problem }}
          type={param.type === 'date' ? 'date' : 'datetime-local'}
        />
      );
    case 'boolean':
      return (
        <Select
          label={label}
          description={description}
          value={value || null}
          placeholder="As by default"
          onChange={key => onChange(String(key ?? ''))}
          options={[
            { id: 'true', label: 'true' },
            { id: 'false', label: 'false' },
          ]}
        />
      );
    case 'text':
      return <TextAreaField {...field} />;
    default:
      return (
        <TextField
          {...field}
          size="small"
          inputMode={INPUT_MODES[param.type]}
          placeholder={param.expression ? param.value : undefined}
        />
      );
  }
}

function describe({ type, value, expression }: ParamInfo): string {
  if (expression) {
    return `${type}; left empty: ${value}, worked out at the run`;
  }
  return `${type}; default: ${value === '' ? 'empty' : value}`;
}
