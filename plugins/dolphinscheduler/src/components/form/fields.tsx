/** Fields of templates' forms: what the portal knows to choose from, and when a schedule would fire. */
import { useApi } from '@backstage/core-plugin-api';
import { dolphinSchedulerApiRef } from '../../api';
import { useLive } from '../../hooks/useLive';
import { useSettled } from '../../hooks/useSettled';
import { tellExact } from '../../model/time';
import { PickField } from './PickField';
import styles from './fields.module.css';

/** While somebody types, nothing is asked for so many ms. */
const REST_MS = 300;

/** Of what a form gives its fields, what these need. */
export interface FormFieldProps {
  readonly formData?: string;
  readonly onChange: (value: string | undefined) => void;
  readonly schema: { readonly title?: string; readonly description?: string };
  readonly rawErrors?: readonly string[];
  readonly required?: boolean;
  readonly disabled: boolean;
  /** With the whole form's values as `formData`. */
  readonly formContext?: { readonly formData?: unknown };
  readonly uiSchema?: {
    readonly 'ui:options'?: {
      /** Only connections of this kind are offered. */
      readonly kind?: string;
      /** The form's field that tells the kind. */
      readonly kindOf?: string;
      /** The kind of connection for that field's values, where it has another name. */
      readonly kinds?: Readonly<Record<string, string>>;
    };
  };
}

function fieldOf({
  formData = '',
  onChange,
  schema,
  rawErrors,
  required,
  disabled,
}: FormFieldProps) {
  return {
    label: schema.title ?? '',
    description: schema.description,
    value: formData,
    problem: rawErrors?.[0],
    isRequired: required,
    isDisabled: disabled,
    onChange: (value: string) => onChange(value === '' ? undefined : value),
  };
}

const named = (names: readonly string[] = []) => names.map(value => ({ value }));

/** What the form holds elsewhere. */
function elsewhere({ formContext }: FormFieldProps, name: string): string | undefined {
  const value: unknown = (formContext?.formData as Record<string, unknown> | undefined)?.[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** A DolphinScheduler of app-config.yaml. */
export function InstanceField(props: FormFieldProps) {
  const api = useApi(dolphinSchedulerApiRef);
  const { value } = useLive(() => api.workflows({ limit: 1 }), {
    key: 'instances',
    again: () => false,
  });
  return (
    <PickField {...fieldOf(props)} options={named(value?.instances.map(({ name }) => name))} />
  );
}

/** A project, among those with workflows that the reader may see; or a new one. */
export function ProjectField(props: FormFieldProps) {
  const api = useApi(dolphinSchedulerApiRef);
  const { value } = useLive(() => api.workflows({ limit: 1 }), {
    key: 'projects',
    again: () => false,
  });
  return <PickField {...fieldOf(props)} options={named(value?.facets.projects)} />;
}

/**
 * A connection of the tenant, or a data source of DolphinScheduler's, among those whose names the portal knows; or
 * another one. The instance is the form's field `instance`.
 */
function KnownNameField({
  of,
  ...props
}: FormFieldProps & { readonly of: 'connections' | 'datasources' }) {
  const api = useApi(dolphinSchedulerApiRef);
  const instance = elsewhere(props, 'instance') ?? '';
  const settled = useSettled(instance, REST_MS);
  const { value } = useLive(
    async () => (settled === '' ? undefined : (await api.connections(settled))[of]),
    { key: `${of} ${settled}`, again: () => false },
  );
  const kind = wantedKind(props);
  const options = (value ?? [])
    .filter(each => kind === undefined || each.kind === undefined || each.kind === kind)
    .map(each => ({ value: each.name, about: each.kind }));
  return <PickField {...fieldOf(props)} options={options} />;
}

/** Of what kind a connection has to be: as the template says, or by what is chosen in another field. */
function wantedKind(props: FormFieldProps): string | undefined {
  const { kind, kindOf, kinds } = props.uiSchema?.['ui:options'] ?? {};
  const chosen = kindOf === undefined ? undefined : elsewhere(props, kindOf);
  return kind ?? (chosen === undefined ? undefined : (kinds?.[chosen] ?? chosen));
}

/** A connection of the tenant. */
export function ConnectionField(props: FormFieldProps) {
  return <KnownNameField {...props} of="connections" />;
}

/** A data source of DolphinScheduler's. */
export function DatasourceField(props: FormFieldProps) {
  return <KnownNameField {...props} of="datasources" />;
}

/** A schedule in Quartz's form, with the next times that it fires; the zone is the form's field `timeZone`. */
export function ScheduleField(props: FormFieldProps) {
  const { formData = '' } = props;
  const timeZone = elsewhere(props, 'timeZone') ?? 'UTC';
  return (
    <div className={styles.schedule}>
      <PickField {...fieldOf(props)} options={[]} />
      {formData.trim() !== '' && <NextTimes cron={formData.trim()} timeZone={timeZone} />}
    </div>
  );
}

function NextTimes({ cron, timeZone }: { readonly cron: string; readonly timeZone: string }) {
  const api = useApi(dolphinSchedulerApiRef);
  const settled = useSettled(`${timeZone} ${cron}`, REST_MS);
  const [zone = '', ...fields] = settled.split(' ');
  const { value, error } = useLive(() => api.previewSchedule(fields.join(' '), zone), {
    key: settled,
    again: () => false,
  });
  return (
    <div className={styles.times} role="status">
      {error && <span className={styles.problem}>{error.message}</span>}
      {!error && value?.times.length === 0 && 'It never fires.'}
      {!error && value !== undefined && value.times.length > 0 && (
        <>
          Fires next, {zone}:
          <ol>
            {value.times.map(time => (
              <li key={time}>
                <time dateTime={time}>{tellExact(time, zone)}</time>
              </li>
            ))}
          </ol>
        </>
      )}
    </div>
  );
}
