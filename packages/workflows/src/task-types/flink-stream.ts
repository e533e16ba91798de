import { type FlinkSettings, flinkTypeOf } from './flink';
import type { RawTask } from './raw-task';

/**
 * A Flink program that goes on until it is stopped. DolphinScheduler starts it by itself, never as a part of a run of its
 * workflow.
 *
 * @public
 */
export function flinkStream(settings: FlinkSettings): RawTask<FlinkSettings> {
  return { raw: 'flinkStream', settings };
}

/** Source: FlinkStreamParameters of 3.1.1, 3.2.2 and about 3.3.0, which adds nothing to FlinkParameters. */
export const flinkStreamType = flinkTypeOf('flinkStream', 'FLINK_STREAM');
