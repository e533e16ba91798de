import { useState, type ReactNode } from 'react';
import { useApi } from '@backstage/core-plugin-api';
import { Alert, Button, Flex, Skeleton, Text, VisuallyHidden } from '@backstage/ui';
import type { ModelDetails, SwitchRequest } from '@dolphinstage/plugin-models-common';
import { Problem, usePolled } from '@dolphinstage/portal-react';
import { modelsApiRef } from '../api';
import { actionWord, figure, tellTime } from '../model/words';
import { CalibrationChart } from './CalibrationChart';
import { DriftTable, LooksTable, NightsTable, SwitchesTable, TrafficTable } from './tables';
import { ImportanceChart } from './ImportanceChart';
import { LinesChart } from './LinesChart';
import { SwitchDialog } from './SwitchDialog';
import { VersionsTable } from './VersionsTable';

const EVERY_SECONDS = 10;
const TODO = {
  404: '→ Its first night hasn’t begun: start the workflow <model>-nightly.',
  409: '→ Look at what is live now, then decide.',
};

/** What is about to be done. */
type Wanted = Pick<SwitchRequest, 'kind' | 'to'>;

/** How a model is, and what of it is live. */
export function ModelView({ model }: { readonly model: string }) {
  const api = useApi(modelsApiRef);
  const [wanted, setWanted] = useState<Wanted>();
  const { value, loading, error, reload } = usePolled(model, EVERY_SECONDS, () => api.model(model));
  if (!value) {
    return (
      <Flex direction="column" gap="4">
        {loading && (
          <>
            <VisuallyHidden role="status">Reading how {model} is …</VisuallyHidden>
            <Skeleton width="100%" height={160} />
          </>
        )}
        {error && (
          <Problem what="The model can’t be shown" error={error} retry={reload} todo={TODO} />
        )}
      </Flex>
    );
  }
  const { versions, nights, looks, switches, traffic, allowed, previous, current } = value;
  const maySwitch = allowed.includes('switch');
  const [lastNight] = nights.filter(({ calibration }) => calibration !== null);
  const lastExplained = nights.find(({ importance }) => (importance?.length ?? 0) > 0);
  const drift = nights.find(night => (night.drift?.length ?? 0) > 0)?.drift ?? [];
  return (
    <Flex direction="column" gap="6">
      {error && <Problem what="It can’t be read anew" error={error} retry={reload} />}
      <Section title="Live">
        <Live model={value} />
        {maySwitch && previous !== null && previous !== current && (
          <div>
            <Button
              variant="secondary"
              onPress={() => setWanted({ kind: 'rollback', to: previous })}
            >
              {`Go back to version ${previous}`}
            </Button>
          </div>
        )}
      </Section>
      <Section title="Accuracy over the nights">
        <LinesChart
          label="Accuracy of the nights’ candidates on the days held out"
          points={nights
            .filter(({ accuracy }) => accuracy !== null)
            .map(({ day, accuracy, outcome }) => ({
              at: day,
              value: accuracy!,
              words: `${day}: ${figure(accuracy)}, ${outcome ?? 'not ended'}`,
              good: outcome === 'deployed' || outcome === 'shadowed',
            }))
            .reverse()}
        />
      </Section>
      <Section title="Versions">
        <VersionsTable
          model={value}
          onPromote={maySwitch ? to => setWanted({ kind: 'promote', to }) : undefined}
        />
      </Section>
      <Section title="Nights">
        <NightsTable nights={nights} />
      </Section>
      {lastNight && (
        <Section title={`Calibration of the candidate of ${lastNight.day}`}>
          <CalibrationChart bins={lastNight.calibration!} />
        </Section>
      )}
      {lastExplained && (
        <Section title={`What the candidate of ${lastExplained.day} rests on`}>
          <ImportanceChart features={lastExplained.importance!} />
        </Section>
      )}
      {drift.length > 0 && (
        <Section title="Drift from what the live version learned">
          <DriftTable drift={drift} />
        </Section>
      )}
      <Section title="Traffic of the last two hours">
        <TrafficTable traffic={traffic} />
      </Section>
      <Section title="Looks at the live version">
        <LooksTable looks={looks} />
      </Section>
      <Section title="What was live">
        <SwitchesTable switches={switches} />
      </Section>
      {versions.length > 0 && wanted && (
        <SwitchDialog
          model={model}
          from={current}
          {...wanted}
          onClose={changed => {
            setWanted(undefined);
            if (changed) reload();
          }}
        />
      )}
    </Flex>
  );
}

function Live({ model }: { readonly model: ModelDetails }) {
  const { current, candidate, mode, share, versions, lastLook } = model;
  if (current === null) {
    return <Text color="secondary">No version is live: none has passed its gates yet.</Text>;
  }
  const live = versions.find(({ number }) => number === current);
  const tried =
    mode === 'percentage' ? `answers ${Math.round((share ?? 0) * 100)} %` : 'only looks on';
  return (
    <>
      <Text>
        {`Version ${current} is live${live ? `, of ${live.day}, accuracy ${figure(live.metrics.accuracy)}` : ''}.`}
      </Text>
      {candidate !== null && <Text>{`Version ${candidate} is tried out: it ${tried}.`}</Text>}
      {lastLook && lastLook.reasons.length > 0 && (
        <Alert
          status="warning"
          icon
          title={`Version ${lastLook.version} ${actionWord(lastLook.action)}`}
          description={`At ${tellTime(lastLook.at)}: ${lastLook.reasons.join('; ')}`}
        />
      )}
    </>
  );
}

function Section({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section aria-label={title}>
      <Flex direction="column" gap="3">
        <Text as="h2" variant="title-small">
          {title}
        </Text>
        {children}
      </Flex>
    </section>
  );
}
