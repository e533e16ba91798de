import { type CommonSettings, defineTaskType } from './define-task-type';
import { type Field, flag, oneOf, resource, text } from './fields';
import type { RawTask } from './raw-task';

/** @public */
export interface JavaSettings extends CommonSettings {
  /** Whether `source` is compiled and run, or `jar` is run. */
  readonly run: 'source' | 'jar';
  /** A public class with a `main` method. With `run: 'source'`. */
  readonly source?: string;
  /** A file of the resource centre by its full name. With `run: 'jar'`. */
  readonly jar?: string;
  /** Arguments of the program, in one text. Default: none. */
  readonly args?: string;
  /** Options of the virtual machine, in one text: `-Xmx512m`. Default: none. */
  readonly jvmArgs?: string;
  /** The resources are on the module path, not on the class path. Default false. */
  readonly modulePath?: boolean;
}

/**
 * A Java program as a task.
 *
 * @public
 */
export function java(settings: JavaSettings): RawTask<JavaSettings> {
  return { raw: 'java', settings };
}

const modulePath: Field<boolean> = {
  ...flag('modulePath', { default: false }),
  // The UI says isModulePath, which the server's class doesn't read.
  keys: ['modulePath', 'isModulePath'],
  write: value => ({ modulePath: value ?? false, isModulePath: value ?? false }),
  read: params => (params.modulePath ?? params.isModulePath) === true || undefined,
};

/** Source: JavaParameters of 3.2.2 and about 3.3.0. */
export const javaType = defineTaskType<JavaSettings>({
  name: 'java',
  serverType: 'JAVA',
  lines: ['3.2', '3.3', '3.4'],
  unverified: ['3.4'],
  fields: {
    run: oneOf('runType', { source: 'JAVA', jar: 'JAR' }),
    source: text('rawScript', { optional: true }),
    jar: resource('mainJar', { optional: true }),
    args: text('mainArgs', { default: '' }),
    jvmArgs: text('jvmArgs', { default: '' }),
    modulePath,
  },
  check({ run, source, jar }, { report }) {
    report.check(
      run === 'jar' ? source === undefined && jar !== undefined : Boolean(source) && !jar,
      'INPUT',
      run === 'jar'
        ? "run: 'jar' takes jar, and no source"
        : "run: 'source' takes source, and no jar",
      'Give what is to run, and only that.',
    );
  },
});
