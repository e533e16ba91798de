import { Select } from '@backstage/ui';

// No value of a filter starts so.
const ANY = '\u0000any';

export interface FilterSelectProps {
  readonly label: string;
  readonly value: string | undefined;
  /** The word for no filter; default `Any`. */
  readonly anyLabel?: string;
  readonly options: readonly { readonly value: string; readonly label: string }[];
  readonly onChange: (value: string | undefined) => void;
}

/** One filter: any, or one of its values. A value that isn't among them (from an old link) stays choosable. */
export function FilterSelect(props: FilterSelectProps) {
  const { label, value, anyLabel = 'Any', options, onChange } = props;
  const known = value === undefined || options.some(option => option.value === value);
  const all = known ? options : [...options, { value, label: value }];
  return (
    <Select
      label={label}
      size="small"
      value={value ?? ANY}
      onChange={key => onChange(key === ANY || key === null ? undefined : String(key))}
      {...(all.length > 8 && { search: true as const })}
      options={[
        { id: ANY, label: anyLabel },
        ...all.map(option => ({ id: option.value, label: option.label })),
      ]}
    />
  );
}
