/** Settings in which a credential could be written out, for all who may read them. */
import { hasPlainUserInfo, plainSecret } from '../plain-secrets';
import { checked, type Field, type FieldOptions, isObject, oneList } from './field';
import { text } from './scalars';

const SECRET_TODO =
  'Write a placeholder, ${name}, and let the run or the environment give the value; better, name a data source where the type takes one.';

function secretFault(value: string): string | undefined {
  const secret = plainSecret(value);
  return secret && `its ${secret} is written out, for all who may read it`;
}

/** A text in which no credential is written out: neither by a key like `password` nor in an address. */
export function openText(key: string, options: FieldOptions<string> = {}): Field<string> {
  return checked(
    text(key, options),
    value => {
      if (typeof value !== 'string') return undefined;
      const address = hasPlainUserInfo(value)
        ? 'an address in it has a credential written out'
        : undefined;
      return secretFault(value) ?? address;
    },
    SECRET_TODO,
  );
}

type Properties = Readonly<Record<string, string>>;

/**
 * Properties by name, which the server keeps as a list of `{ prop, value }`; no credential is written out in one.
 *
 * @param options - `nameKey`: where the server reads a name. Default `prop`, where its web UI does.
 */
export function properties(
  key: string,
  { nameKey = 'prop', ...options }: FieldOptions<Properties> & { readonly nameKey?: string } = {},
): Field<Properties> {
  const areTexts = (value: unknown): value is Properties =>
    isObject(value) && Object.values(value).every(item => typeof item === 'string');
  const field = oneList<Properties>(
    key,
    {
      fault: value => (areTexts(value) ? undefined : 'it is not an object of texts'),
      toServer: value =>
        Object.entries(value).map(([prop, item]) => ({
          // What the web UI shows it by, also where the server itself reads another.
          prop,
          ...(nameKey === 'prop' ? {} : { [nameKey]: prop }),
          value: item,
        })),
      fromServer(value) {
        if (!Array.isArray(value) || !value.every(isObject)) return undefined;
        const found = Object.fromEntries(
          value.map(item => [String(item[nameKey] ?? item.prop), String(item.value ?? '')]),
        );
        // Of two by one name an object would keep one.
        return Object.keys(found).length === value.length ? found : undefined;
      },
    },
    options,
  );
  const lines = (value: Properties) =>
    Object.entries(value)
      .map(([name, item]) => `${name}=${item}`)
      .join('\n');
  return checked(
    field,
    value => (areTexts(value) ? secretFault(lines(value)) : undefined),
    SECRET_TODO,
  );
}
