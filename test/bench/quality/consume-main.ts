/** Reads a topic to its end with the client alone, and prints what that took, as JSON: <brokers> <topic> <rows> [parse]. */
import { openKafka } from '@dolphinstage/task-kit/kafka';

async function main([brokers, topic, rows, how]: string[]): Promise<void> {
  const kafka = await openKafka({ kind: 'kafka', tls: false, brokers: brokers!.split(',') });
  const consumer = kafka.consumer({
    groupId: `limit-${process.pid}-${Date.now()}`,
    maxBytesPerPartition: 1024 * 1024,
    maxWaitTimeInMs: 100,
  });
  await consumer.connect();
  await consumer.subscribe({ topic: topic!, fromBeginning: true });
  let seen = 0;
  let parsed = 0;
  let began: { at: number; cpu: NodeJS.CpuUsage } | undefined;
  await new Promise<void>(resolve => {
    void consumer.run({
      autoCommit: false,
      eachBatch: async ({ batch }) => {
        began ??= { at: performance.now(), cpu: process.cpuUsage() };
        if (how === 'parse') {
          for (const { value } of batch.messages) {
            if (JSON.parse(value!.toString()) !== null) parsed += 1;
          }
        }
        seen += batch.messages.length;
        if (seen >= Number(rows)) resolve();
      },
    });
  });
  const { user, system } = process.cpuUsage(began!.cpu);
  const wall_s = (performance.now() - began!.at) / 1000;
  process.stdout.write(
    `${JSON.stringify({ seen, parsed, wall_s, cpu_s: (user + system) / 1e6, peak_mb: Math.round(process.resourceUsage().maxRSS / 1024) })}\n`,
  );
  process.exit(0);
}

void main(process.argv.slice(2));
