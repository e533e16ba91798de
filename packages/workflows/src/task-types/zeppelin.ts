import { type CommonSettings, defineTaskType } from './define-task-type';
import { datasource, SINCE_3_2, text } from './fields';
import type { RawTask } from './raw-task';

/** @public */
export interface ZeppelinSettings extends Pick<CommonSettings, 'extra'> {
  /** The note's id. */
  readonly note: string;
  /** A paragraph's id. Default: the whole note. */
  readonly paragraph?: string;
  /** Where Zeppelin is: `http://zeppelin:8080`. From 3.2 on a `datasource` can say it, and knows the password. */
  readonly endpoint?: string;
  /** A data source of the server's of the kind ZEPPELIN, by name. */
  readonly datasource?: string;
  /** Folder that the note is cloned to before it runs. Default: it isn't. */
  readonly productionFolder?: string;
  /** Parameters of the note as JSON in a text: `{"day": "${day}"}`. Default: none. */
  readonly parameters?: string;
}

/**
 * A Zeppelin note, or a paragraph of one.
 *
 * @public
 */
export function zeppelin(settings: ZeppelinSettings): RawTask<ZeppelinSettings> {
  return { raw: 'zeppelin', settings };
}

/** Source: ZeppelinParameters of 3.1.1, 3.2.2 and about 3.3.0, without a user's password: that is the data source's. */
export const zeppelinType = defineTaskType<ZeppelinSettings>({
  name: 'zeppelin',
  serverType: 'ZEPPELIN',
  lines: ['3.1', '3.2', '3.3', '3.4'],
  unverified: ['3.4'],
  withoutOutputs: ['3.1', '3.2', '3.3', '3.4'],
  fields: {
    note: text('noteId'),
    paragraph: text('paragraphId', { optional: true }),
    endpoint: text('restEndpoint', { optional: true }),
    datasource: datasource('datasource', { optional: true, lines: SINCE_3_2 }),
    productionFolder: text('productionNoteDirectory', { optional: true }),
    parameters: text('parameters', { optional: true }),
  },
  constants: (line): Readonly<Record<string, unknown>> =>
    line === '3.1' ? {} : { type: 'ZEPPELIN' },
  check: ({ endpoint, datasource: source }, { report }) =>
    report.check(
      endpoint !== undefined || source !== undefined,
      'INPUT',
      'nothing says where Zeppelin is',
      'Give an endpoint, or from 3.2 on a datasource.',
    ),
});
