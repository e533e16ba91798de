import type { ReactElement } from 'react';
import { Button, Tooltip, TooltipTrigger } from '@backstage/ui';
import styles from './ActionButton.module.css';

export interface ActionButtonProps {
  readonly label: string;
  readonly icon?: ReactElement;
  readonly variant?: 'primary' | 'secondary';
  readonly isPending?: boolean;
  /** Why it can't be used. It stays in reach of the keyboard then, so that its reason can be read. */
  readonly reason?: string;
  readonly onPress: () => void;
}

/** A button that says why where it can't be used. */
export function ActionButton(props: ActionButtonProps) {
  const { label, icon, variant = 'secondary', isPending, reason, onPress } = props;
  if (reason === undefined) {
    return (
      <Button
        size="small"
        variant={variant}
        iconStart={icon}
        isPending={isPending}
        onPress={onPress}
      >
        {label}
      </Button>
    );
  }
  return (
    <TooltipTrigger delay={200}>
      <Button
        size="small"
        variant="secondary"
        iconStart={icon}
        aria-disabled="true"
        className={styles.unusable}
      >
        {label}
      </Button>
      <Tooltip>{reason}</Tooltip>
    </TooltipTrigger>
  );
}
