import { useState } from 'react';
import { useApi } from '@backstage/core-plugin-api';
import {
  Button,
  Dialog,
  DialogBody,
  DialogFooter,
  DialogHeader,
  Flex,
  Text,
  TextField,
} from '@backstage/ui';
import type { SwitchRequest } from '@dolphinstage/plugin-models-common';
import { Problem } from '@dolphinstage/portal-react';
import { modelsApiRef } from '../api';

export interface SwitchDialogProps extends Pick<SwitchRequest, 'kind' | 'to' | 'from'> {
  readonly model: string;
  /** @param changed - another version is live now, or the page is out of date. */
  readonly onClose: (changed: boolean) => void;
}

/** Asks why, then makes another version the live one. */
export function SwitchDialog({ model, kind, to, from, onClose }: SwitchDialogProps) {
  const api = useApi(modelsApiRef);
  const [why, setWhy] = useState('');
  const [pending, setPending] = useState(false);
  const [error, setError] = useState<Error>();

  const act = async () => {
    setPending(true);
    setError(undefined);
    try {
      await api.switch(model, { kind, to, from, why: why.trim() });
      onClose(true);
    } catch (thrown) {
      setError(thrown as Error);
      setPending(false);
    }
  };

  return (
    <Dialog isOpen onOpenChange={open => !open && onClose(error !== undefined)} width={520}>
      <DialogHeader>
        {kind === 'rollback' ? `Go back to version ${to}` : `Make version ${to} live`}
      </DialogHeader>
      <DialogBody>
        <Flex direction="column" gap="3">
          <Text>
            {kind === 'rollback'
              ? `Version ${from} is taken out of use, and never passes its gates again.`
              : 'It goes live whatever its gates have said.'}
          </Text>
          <TextField
            label="Why"
            description="It is written down with your name."
            isRequired
            value={why}
            onChange={setWhy}
          />
          {error && <Problem what="Nothing was changed" error={error} />}
        </Flex>
      </DialogBody>
      <DialogFooter>
        <Button variant="secondary" onPress={() => onClose(error !== undefined)}>
          Cancel
        </Button>
        <Button
          variant="primary"
          isPending={pending}
          isDisabled={why.trim() === ''}
          onPress={() => void act()}
        >
          {kind === 'rollback' ? 'Go back' : 'Make it live'}
        </Button>
      </DialogFooter>
    </Dialog>
  );
}
