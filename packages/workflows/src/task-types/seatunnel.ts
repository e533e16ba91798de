import { type CommonSettings, defineTaskType } from './define-task-type';
import {
  type Field,
  needs,
  oneOf,
  openText,
  perLine,
  same,
  SINCE_3_2,
  switchedOn,
  text,
} from './fields';
import type { RawTask } from './raw-task';

/** @public */
export interface SeatunnelSettings extends CommonSettings {
  /**
   * The script in SeaTunnel's `bin` that starts it, and so the engine: `seatunnel.sh`,
   * `start-seatunnel-spark-3-connector-v2.sh` … 3.1 has `start-seatunnel-flink.sh` and `start-seatunnel-spark.sh` only.
   */
  readonly startupScript: string;
  /**
   * The job's configuration. The server keeps it as it is; so a password in it must be a placeholder, `${name}`.
   * Default: it is the one file of `resources`.
   */
  readonly config?: string;
  /** Flink: how it is run; `none` (from 3.2 on) leaves it to the script. Default on 3.1 `run`, then `none`. */
  readonly runMode?: 'none' | 'run' | 'run-application';
  /** Spark and SeaTunnel's own engine: where it runs. Needed for Spark. */
  readonly deployMode?: 'cluster' | 'client' | 'local';
  /** Spark: the kind of cluster. Needed unless `deployMode` is `local`. */
  readonly master?: 'yarn' | 'local' | 'spark' | 'mesos';
  /** Spark: the address of a `spark` or `mesos` master, `host:port`. */
  readonly masterUrl?: string;
  /** Flink and SeaTunnel's own engine: more options, as one command line. Default: none. */
  readonly otherOptions?: string;
}

/**
 * Moves data with SeaTunnel.
 *
 * @public
 */
export function seatunnel(settings: SeatunnelSettings): RawTask<SeatunnelSettings> {
  return { raw: 'seatunnel', settings };
}

/** 3.1 knows the engine, and so one script for each. */
const ENGINES = { 'start-seatunnel-flink.sh': 'FLINK', 'start-seatunnel-spark.sh': 'SPARK' };
const startupScript = text('startupScript');
const engine: Field<string> = {
  ...oneOf('engine', ENGINES),
  synth: startupScript.synth,
  lacks: script =>
    Object.hasOwn(ENGINES, String(script)) ? [] : [{ what: String(script), lines: SINCE_3_2 }],
};

/** Source: SeatunnelParameters and its subclasses of 3.1.1, 3.2.2 and about 3.3.0. */
export const seatunnelType = defineTaskType<SeatunnelSettings>({
  name: 'seatunnel',
  serverType: 'SEATUNNEL',
  lines: ['3.1', '3.2', '3.3', '3.4'],
  unverified: ['3.4'],
  fields: {
    startupScript: perLine<string>({
      '3.2': startupScript,
      '3.3': startupScript,
      '3.4': startupScript,
      '3.1': engine,
    }),
    config: switchedOn('useCustom', [false, true], openText('rawScript', { optional: true })),
    runMode: oneOf(
      'runMode',
      { none: 'NONE', run: 'RUN', 'run-application': 'RUN_APPLICATION' },
      { optional: true, only: { none: SINCE_3_2 } },
    ),
    deployMode: oneOf('deployMode', same('cluster', 'client', 'local'), { optional: true }),
    master: oneOf(
      'master',
      { yarn: 'YARN', local: 'LOCAL', spark: 'SPARK', mesos: 'MESOS' },
      { optional: true },
    ),
    masterUrl: text('masterUrl', { optional: true }),
    otherOptions: openText('others', { optional: true }),
  },
  check(settings, { report }) {
    const { config, resources = [], deployMode, master } = settings;
    report.check(
      config !== undefined || resources.length === 1,
      'INPUT',
      'it has no configuration',
      'Give config, or one file of the resource centre as resources.',
    );
    if (!String(settings.startupScript).includes('spark')) return;
    needs(report, settings, ['deployMode'], 'Spark needs it');
    if (deployMode === 'local') return;
    needs(report, settings, ['master'], 'Spark needs it');
    if (master === 'spark' || master === 'mesos') {
      needs(report, settings, ['masterUrl'], `A ${master} master needs it`);
    }
  },
});
