import { openKafka } from '@dolphinstage/task-kit/kafka';
import { replayQuarantine } from '../quarantine/replay';
import { topicsWith } from '../topics';

/** Replays a whole quarantine, as a process that a test can kill. */
async function main([brokers = '', suffix = '']: readonly string[]): Promise<void> {
  const kafka = await openKafka({ kind: 'kafka', tls: false, brokers: brokers.split(',') });
  const { replayed } = await replayQuarantine(kafka, { topics: topicsWith(suffix), by: 'test' });
  process.stdout.write(`${replayed.length}\n`);
}

main(process.argv.slice(2)).catch(error => {
  process.stderr.write(`${error}\n`);
  process.exit(1);
});
