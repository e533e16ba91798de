import {
  RiAlarmWarningLine,
  RiCheckboxCircleFill,
  RiCloseCircleFill,
  RiLoader4Line,
  RiPauseCircleLine,
  RiQuestionLine,
  RiRecordCircleLine,
  RiStopCircleLine,
  RiTimeLine,
  type RemixiconComponentType,
} from '@remixicon/react';
import { STATE_LOOKS, type AnyState } from '../model/states';
import styles from './StateLabel.module.css';

const ICONS: Readonly<Record<AnyState, RemixiconComponentType>> = {
  waiting: RiTimeLine,
  running: RiLoader4Line,
  pausing: RiPauseCircleLine,
  paused: RiPauseCircleLine,
  stopping: RiStopCircleLine,
  stopped: RiStopCircleLine,
  failed: RiCloseCircleFill,
  succeeded: RiCheckboxCircleFill,
  unknown: RiQuestionLine,
  'never-run': RiRecordCircleLine,
  'not-started': RiRecordCircleLine,
  late: RiAlarmWarningLine,
};

export interface StateLabelProps {
  readonly state: AnyState;
  /** DolphinScheduler's own word, shown on hover. */
  readonly serverState?: string;
}

/** A state: an icon and its word, never a colour alone. */
export function StateLabel({ state, serverState }: StateLabelProps) {
  const Icon = ICONS[state];
  const { word, tone } = STATE_LOOKS[state];
  return (
    <span
      className={styles.label}
      data-tone={tone}
      title={serverState && `DolphinScheduler says ${serverState}`}
    >
      <span aria-hidden className={state === 'running' ? styles.turning : styles.icon}>
        <Icon size={16} />
      </span>
      {word}
    </span>
  );
}
