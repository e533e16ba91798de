import { useId, type ReactNode } from 'react';
import { Button, Dialog, DialogBody, DialogFooter, DialogHeader, Flex } from '@backstage/ui';
import { Problem } from './Problem';

export interface FormDialogProps {
  readonly title: string;
  /** In CSS pixels. */
  readonly width: number;
  /** What the button says that sends it. */
  readonly submitLabel: string;
  readonly isPending: boolean;
  readonly isDisabled?: boolean;
  /** Why it couldn't be started. */
  readonly error?: Error;
  readonly onSubmit: () => void;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** A dialog with a form that starts something. What is wrong in it is told by its fields, not by the browser. */
export function FormDialog(props: FormDialogProps) {
  const { title, width, submitLabel, isPending, isDisabled, error, onSubmit, onClose } = props;
  const form = useId();
  return (
    <Dialog isOpen onOpenChange={open => !open && onClose()} width={width}>
      <DialogHeader>{title}</DialogHeader>
      <DialogBody>
        <form
          id={form}
          noValidate
          onSubmit={event => {
            event.preventDefault();
            onSubmit();
          }}
        >
          <Flex direction="column" gap="4">
            {props.children}
            {error && <Problem what="It couldn't be started" error={error} />}
          </Flex>
        </form>
      </DialogBody>
      <DialogFooter>
        <Button variant="secondary" onPress={onClose}>
          Cancel
        </Button>
        <Button
          variant="primary"
          type="submit"
          form={form}
          isPending={isPending}
          isDisabled={isDisabled}
        >
          {submitLabel}
        </Button>
      </DialogFooter>
    </Dialog>
  );
}
