import { useEffect, useState } from 'react';
import { useApi } from '@backstage/core-plugin-api';
import {
  Button,
  Dialog,
  DialogBody,
  DialogFooter,
  DialogHeader,
  Flex,
  Skeleton,
  Text,
} from '@backstage/ui';
import type { ReplayAnswer, ReplayRequest } from '@dolphinstage/plugin-data-quality-common';
import { Problem } from '@dolphinstage/portal-react';
import { dataQualityApiRef } from '../api';
import { rowsOf } from '../model/words';

export interface ReplayDialogProps {
  readonly dataset: string;
  /** Which rows. */
  readonly rows: Pick<ReplayRequest, 'ids' | 'check'>;
  /** @param changed - rows have gone back. */
  readonly onClose: (changed: boolean) => void;
}

/** Says first what would go back, then does it. */
export function ReplayDialog({ dataset, rows, onClose }: ReplayDialogProps) {
  const api = useApi(dataQualityApiRef);
  const [wanted] = useState(rows);
  const [trial, setTrial] = useState<ReplayAnswer>();
  const [done, setDone] = useState<ReplayAnswer>();
  const [pending, setPending] = useState(false);
  const [error, setError] = useState<Error>();
  const [looked, setLooked] = useState(0);

  useEffect(() => {
    let ended = false;
    api.replay(dataset, { ...wanted, dryRun: true }).then(
      answer => !ended && setTrial(answer),
      (thrown: Error) => !ended && setError(thrown),
    );
    return () => {
      ended = true;
    };
  }, [api, dataset, wanted, looked]);

  const lookAgain = () => {
    setError(undefined);
    setTrial(undefined);
    setLooked(looked + 1);
  };
  const replay = async (expected: number) => {
    setPending(true);
    try {
      setDone(await api.replay(dataset, { ...wanted, dryRun: false, expected }));
    } catch (thrown) {
      setError(thrown as Error);
    } finally {
      setPending(false);
    }
  };
  const close = () => onClose(done !== undefined);

  return (
    <Dialog isOpen onOpenChange={open => !open && close()} width={520}>
      <DialogHeader>Send rows of {dataset} back</DialogHeader>
      <DialogBody>
        <Flex direction="column" gap="3">
          {!trial && !error && <Skeleton width="100%" height={48} />}
          <div role="status">
            {!trial && !error && <Text>Looking what would go back …</Text>}
            {trial && !done && <Outcome answer={trial} />}
            {done && <Outcome answer={done} />}
          </div>
          {error && <Problem what="Nothing was sent back" error={error} retry={lookAgain} />}
        </Flex>
      </DialogBody>
      <DialogFooter>
        <Button variant="secondary" onPress={close}>
          {done ? 'Close' : 'Cancel'}
        </Button>
        {trial && !done && !error && (
          <Button
            variant="primary"
            isPending={pending}
            isDisabled={trial.replayed === 0}
            onPress={() => void replay(trial.replayed)}
          >
            {`Send ${rowsOf(trial.replayed)} back`}
          </Button>
        )}
      </DialogFooter>
    </Dialog>
  );
}

function Outcome({ answer }: { readonly answer: ReplayAnswer }) {
  const { dryRun, replayed, skipped, stillBad, reasons } = answer;
  return (
    <ul>
      <li>
        {rowsOf(replayed)} {dryRun ? 'would go back to their topic' : 'went back to their topic'}
      </li>
      <li>
        {rowsOf(stillBad)} {dryRun ? 'would stay' : 'stayed'}: the contract still refuses them
      </li>
      <li>
        {rowsOf(skipped)} {dryRun ? 'would be' : 'were'} left out: gone back before, or not kept
        whole
      </li>
      {reasons.length > 0 && (
        <li>
          Why:
          <ul>
            {reasons.map(reason => (
              <li key={reason}>{reason}</li>
            ))}
          </ul>
        </li>
      )}
    </ul>
  );
}
