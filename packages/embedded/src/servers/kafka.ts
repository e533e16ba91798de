import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Machine } from '../machine/machine';
import { mavenClasspath } from '../machine/maven';
import { run } from '../machine/run';
import type { Endpoint, ProcessSpec, ServerContext, ServerDefinition } from '../server';
import { randomBytes } from 'node:crypto';
import { jvmArguments } from '../machine/java';

const REQUEST = {
  name: 'kafka',
  project: `<dependencies>
<dependency><groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>4.4.0</version></dependency>
<dependency><groupId>org.apache.logging.log4j</groupId><artifactId>log4j-slf4j-impl</artifactId><version>2.25.1</version></dependency>
</dependencies>`,
};

const classpath = (machine: Machine, report: (text: string) => void) =>
  mavenClasspath(machine, REQUEST, report);

function properties(endpoint: Endpoint, controller: number, folder: string): string {
  return `process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:${controller}
listeners=PLAINTEXT://127.0.0.1:${endpoint.port},CONTROLLER://127.0.0.1:${controller}
advertised.listeners=PLAINTEXT://127.0.0.1:${endpoint.port}
controller.listener.names=CONTROLLER
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
inter.broker.listener.name=PLAINTEXT
log.dirs=${join(folder, 'data')}
auto.create.topics.enable=false
# One broker has one replica of everything.
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=4
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
share.coordinator.state.topic.num.partitions=4
group.initial.rebalance.delay.ms=0
# A group may be told of a dead member sooner than after the 6 s of a default broker.
group.min.session.timeout.ms=1000
num.network.threads=2
num.io.threads=4
log.cleaner.dedupe.buffer.size=16777216
`;
}

/** A Kafka process. @public */
export interface KafkaProcessOptions {
  machine: Machine;
  /** Its own: configuration, data below `data`. */
  folder: string;
  /** The text of its `server.properties`. */
  config: string;
  heapMb: number;
  /** The same for all nodes of a cluster; a new one unless told. */
  clusterId?: string;
}

/**
 * How a Kafka node is started; its data folder is formatted where that hasn't been done.
 *
 * @public
 */
export async function kafkaProcess(
  { machine, folder, config, heapMb, clusterId }: KafkaProcessOptions,
  report: (text: string) => void,
): Promise<ProcessSpec> {
  const java = await machine.java(report);
  const jars = await classpath(machine, report);
  const file = join(folder, 'server.properties');
  const logging = join(folder, 'log4j2.yaml');
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, config);
  writeFileSync(
    logging,
    'Configuration:\n  Appenders:\n    Console:\n      name: STDOUT\n      PatternLayout: {pattern: "%d %p %c{1} %m%n"}\n  Loggers:\n    Root:\n      level: WARN\n      AppenderRef: [{ref: STDOUT}]\n',
  );
  const common = ['-cp', jars.join(':'), `-Dlog4j2.configurationFile=${logging}`];
  if (!existsSync(join(folder, 'data', 'meta.properties'))) {
    const cluster = clusterId ?? randomBytes(16).toString('base64url');
    // One word: an id may begin with a dash.
    const format = ['format', `--cluster-id=${cluster}`, '-c', file];
    await run(java, [...common, 'kafka.tools.StorageTool', ...format]);
  }
  return {
    command: java,
    args: [
      ...jvmArguments({ heapMb, archive: join(folder, 'classes.jsa') }),
      ...common,
      'kafka.Kafka',
      file,
    ],
    cwd: folder,
  };
}

/** Kafka 4.4 in KRaft mode: one node that is broker and controller. */
export const kafka: ServerDefinition = {
  name: 'kafka',
  title: 'Kafka 4.4 (KRaft)',
  dependsOn: [],
  external: 'DOLPHINSTAGE_KAFKA_URL',
  startLimit: 120,

  async install(machine, report) {
    await machine.java(report);
    await classpath(machine, report);
  },

  async endpoint({ port }) {
    const number = await port('broker');
    return { host: '127.0.0.1', port: number, url: `kafka://127.0.0.1:${number}` };
  },

  async start({ machine, folder, endpoint, port, report }: ServerContext) {
    const config = properties(endpoint, await port('controller'), folder);
    return kafkaProcess({ machine, folder, config, heapMb: 384 }, report);
  },

  async probe({ endpoint }) {
    // Loaded where it is used: every command of a checkout loads this module.
    const { Kafka, logLevel } = require('kafkajs') as typeof import('kafkajs');
    const client = new Kafka({
      clientId: 'dolphinstage-probe',
      brokers: [`${endpoint.host}:${endpoint.port}`],
      logLevel: logLevel.NOTHING,
      connectionTimeout: 2_000,
      requestTimeout: 5_000,
      retry: { retries: 0 },
    });
    const admin = client.admin();
    try {
      await admin.connect();
      const { brokers } = await admin.describeCluster();
      if (brokers.length === 0) throw new Error('no broker has registered yet');
    } finally {
      await admin.disconnect().catch(() => {});
    }
  },
};
