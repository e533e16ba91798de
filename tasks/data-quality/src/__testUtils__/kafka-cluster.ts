import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { kafkaProcess, Machine } from '@dolphinstage/embedded';
import { withAdmin } from '@dolphinstage/task-kit/kafka';
import { Kafka, logLevel, type Admin, type RetryOptions } from 'kafkajs';
import { freePorts } from './free-ports';
import { SmallDisk } from './small-disk';

const LIMIT_MS = 90_000;

function properties(
  node: number,
  ports: readonly number[],
  folder: string,
  more: Readonly<Record<string, string>>,
): string {
  const nodes = ports.length / 2;
  const controllers = ports.slice(nodes);
  const voters = controllers.map((port, n) => `${n + 1}@127.0.0.1:${port}`).join();
  return `process.roles=broker,controller
node.id=${node + 1}
controller.quorum.voters=${voters}
listeners=PLAINTEXT://127.0.0.1:${ports[node]},CONTROLLER://127.0.0.1:${controllers[node]}
advertised.listeners=PLAINTEXT://127.0.0.1:${ports[node]}
controller.listener.names=CONTROLLER
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
inter.broker.listener.name=PLAINTEXT
log.dirs=${join(folder, 'data')}
auto.create.topics.enable=false
default.replication.factor=${nodes}
min.insync.replicas=${Math.min(2, nodes)}
offsets.topic.replication.factor=${nodes}
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=${nodes}
transaction.state.log.min.isr=${Math.min(2, nodes)}
transaction.state.log.num.partitions=4
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
# A dead broker's partitions are to be led by others soon.
broker.session.timeout.ms=1500
broker.heartbeat.interval.ms=250
controller.quorum.election.timeout.ms=500
controller.quorum.fetch.timeout.ms=1000
num.network.threads=2
num.io.threads=2
log.cleaner.dedupe.buffer.size=16777216
${Object.entries(more)
  .map(([name, value]) => `${name}=${value}\n`)
  .join('')}`;
}

/** What a test wants of its cluster. */
interface ClusterOptions {
  /** How many brokers; 3 unless told. */
  readonly nodes?: number;
  /** Whether each has a disk of its own, which can be full; they share the machine's unless told. */
  readonly ownDisks?: boolean;
  /** More of its brokers' settings. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** Kafka brokers of a test's own, any of which can be killed and started again. */
export class KafkaCluster {
  private readonly children: (ChildProcess | undefined)[] = [];
  private readonly disks: SmallDisk[] = [];

  private constructor(
    private readonly folder: string,
    private readonly ports: readonly number[],
    private readonly clusterId: string,
    private readonly options: ClusterOptions,
  ) {}

  static async start(options: ClusterOptions = {}): Promise<KafkaCluster> {
    const { nodes = 3 } = options;
    const folder = mkdtempSync(join(tmpdir(), 'kafka-cluster-'));
    const cluster = new KafkaCluster(
      folder,
      await freePorts(2 * nodes),
      randomBytes(16).toString('base64url'),
      options,
    );
    try {
      await Promise.all(cluster.nodes.map(node => cluster.startNode(node)));
      await cluster.ready();
    } catch (error) {
      await cluster.stop();
      throw error;
    }
    return cluster;
  }

  get brokers(): string[] {
    return this.nodes.map(node => `127.0.0.1:${this.ports[node]}`);
  }

  private get nodes(): readonly number[] {
    return Array.from({ length: this.ports.length / 2 }, (_none, node) => node);
  }

  async startNode(node: number): Promise<void> {
    const folder = join(this.folder, String(node));
    const { ownDisks = false, settings = {} } = this.options;
    const { command, args } = await kafkaProcess(
      {
        machine: new Machine(),
        folder,
        config: properties(node, this.ports, folder, settings),
        heapMb: 256,
        clusterId: this.clusterId,
      },
      () => {},
    );
    if (ownDisks) this.disks[node] ??= await SmallDisk.at(join(folder, 'data'));
    const inside = this.disks[node]?.command(command, args) ?? { command, args };
    this.children[node] = spawn(inside.command, inside.args, { cwd: folder, stdio: 'ignore' });
  }

  /** Leaves a broker no room to write; it ends by that. Its disk has room again then. */
  async fillDisk(node: number): Promise<void> {
    const child = this.children[node]!;
    const disk = this.disks[node]!;
    const exit = once(child, 'exit', { signal: AbortSignal.timeout(LIMIT_MS) });
    await disk.fill();
    await exit;
    await disk.free();
  }

  async killNode(node: number): Promise<void> {
    const child = this.children[node];
    if (!child || child.exitCode !== null) return;
    const exit = once(child, 'exit');
    child.kill('SIGKILL');
    await exit;
  }

  /** Which node coordinates a group, whose state it keeps. */
  coordinatorOf(group: string): Promise<number> {
    return this.ask(async admin => {
      // A group's state is in the partition of this topic that its name's hash says.
      const { topics } = await admin.fetchTopicMetadata({ topics: ['__consumer_offsets'] });
      const { partitions } = topics[0]!;
      const place = Math.abs(hashOf(group)) % partitions.length;
      return partitions.find(({ partitionId }) => partitionId === place)!.leader - 1;
    });
  }

  /** Waits until all brokers are there, and each has a full copy of what it holds: only then does the next death leave enough of them. */
  async ready(): Promise<void> {
    const isReady = async (admin: Admin) => {
      const { brokers } = await admin.describeCluster();
      const { topics } = await admin.fetchTopicMetadata();
      const partitions = topics.flatMap(topic => topic.partitions);
      const inSync = partitions.every(({ isr, replicas }) => isr.length === replicas.length);
      return brokers.length === this.nodes.length && inSync;
    };
    for (const end = Date.now() + LIMIT_MS; ; await pause(300)) {
      if (await this.ask(isReady, { retries: 0 }).catch(() => false)) return;
      if (Date.now() > end) throw new Error('the cluster is not there');
    }
  }

  private ask<T>(question: (admin: Admin) => Promise<T>, retry: RetryOptions = {}): Promise<T> {
    const { brokers } = this;
    const kafka = new Kafka({ clientId: 'ask', brokers, logLevel: logLevel.NOTHING, retry });
    return withAdmin(kafka, question);
  }

  async stop(): Promise<void> {
    await Promise.all(this.nodes.map(node => this.killNode(node)));
    await Promise.all(this.disks.map(disk => disk.close()));
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Java's String.hashCode, by which Kafka places groups (GroupMetadataManager.partitionFor). */
function hashOf(text: string): number {
  return [...text].reduce((hash, letter) => (Math.imul(31, hash) + letter.charCodeAt(0)) | 0, 0);
}
