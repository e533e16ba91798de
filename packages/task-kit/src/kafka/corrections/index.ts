import { correctFetch } from './aborted';
import { askOtherBrokers } from './other-brokers';
import { steadyGroups } from './steady-groups';

let corrected = false;

/**
 * Corrects what kafkajs 2.2.4, its last version, does wrong. Once for a process.
 *
 * @throws TypeError where kafkajs isn't the one that this was written for.
 */
export function correctKafkajs(): void {
  if (corrected) return;
  correctFetch();
  steadyGroups();
  askOtherBrokers();
  corrected = true;
}
