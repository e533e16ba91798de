import type { QualityTopics } from '@dolphinstage/tasks-data-quality';
import type { Kafka } from 'kafkajs';
import type { Contracts } from './contracts';
import { unavailable } from './errors';
import type { QuarantineStore } from './quarantine';

export { redactRow as redact } from '@dolphinstage/tasks-data-quality';

/** The quarantine's topic on a Kafka. */
export function quarantineStore(_options: {
  readonly kafka: () => Promise<Kafka>;
  readonly topics: QualityTopics;
  readonly contracts: Contracts;
}): QuarantineStore {
  return {
    list: () => Promise.reject(unavailable('the quarantine can not be read')),
    replay: () => Promise.reject(unavailable('the quarantine can not be replayed')),
  };
}
