import type { Kafka } from 'kafkajs';
import { ensureTopic, withAdmin } from '@dolphinstage/task-kit/kafka';
import { CheckPartition } from '../check/check-partition';
import { ForwardTopics } from '../check/forward-topics';
import type { ContractFolder } from '../contract-folder';
import { keepContracts, readKeptContracts, type ContractTexts } from '../kept-contracts';
import { JudgePartition } from '../judge/judge-partition';
import { NotifyPartition } from '../notify/notify-partition';
import { Pace } from '../notify/pace';
import type { Channel } from '../notify/slack-channel';
import { untilCalm } from '../stage/calm';
import { Stage } from '../stage/stage';
import { DATASET_PARTITIONS, TOPICS, type QualityTopics } from '../topics';
import { ReplicaMetrics } from './metrics';
import { RestartTurn } from './restart-turn';

const GROUP = 'data-quality';
const REFRESH_MS = 2_000;
/** With every so many looks at the contracts it looks who else is there. */
const PEERS_EVERY = 10;
const FLUSH_MS = { check: 1_000, judge: 1_000, notify: 1_000 };
/** What a series has shown is forgotten where it has had no row for so long. */
const ANOMALIES_HOURS = 24 * 7;

/** What is older was written by a stream so slow that reading its rows again takes no time. */
const IDENTITIES_HOURS = 1;
/**
 * Who turns a channel on later isn't told what is older, in ms. Nothing that was to be told is lost by it: where to begin is committed as
 * soon as a partition is open, before anything is sent, and from then on that counts, however long the channel is away.
 */
const NEWS_MS = 24 * 3_600_000;

/** What a replica is told. @public */
export interface ReplicaOptions {
  readonly kafka: Kafka;
  /** Its name, stable across restarts, another one for each replica. */
  readonly name: string;
  readonly contracts: ContractFolder;
  /** Where people are told; without one, alerts are only written to Kafka. */
  readonly channel?: Channel;
  /** The portal's address, for links in alerts. */
  readonly portal?: string;
  /** The consumer groups' names begin with it; `data-quality` unless told. */
  readonly group?: string;
  readonly topics?: QualityTopics;
  /** How long a replica may be silent before others take over, in ms; 6,000 unless told (what brokers allow by default). */
  readonly sessionMs?: number;
  onProblem(what: string, error?: unknown): void;
  onCrash(error: unknown): void;
}

/** One of the processes that check streams: a member of three consumer groups. @public */
export class Replica {
  readonly metrics: ReplicaMetrics;
  private timer: NodeJS.Timeout | undefined;
  /** The contracts that are kept. */
  private kept: ContractTexts = new Map();
  private readonly ended = new AbortController();
  /** Whether it waits for its turn to start again. */
  private restarts = false;
  private readonly turn: RestartTurn;
  private refreshed = 0;

  private constructor(
    private readonly options: ReplicaOptions,
    private readonly stages: readonly Stage[],
    metrics: ReplicaMetrics,
    /** The topics that it checks. */
    private readonly inputs: readonly string[],
  ) {
    this.metrics = metrics;
    const [check] = stages;
    this.turn = new RestartTurn(options.name, async () => (check ? check.members() : []));
  }

  /** Makes what topics are missing, and joins. */
  static async start(options: ReplicaOptions): Promise<Replica> {
    const { kafka, contracts, name, portal, channel, onProblem, onCrash } = options;
    const { group = GROUP, topics = TOPICS, sessionMs } = options;
    const metrics = new ReplicaMetrics(channel?.name ?? 'none');
    metrics.problem = onProblem;
    const inputs = [...contracts.current.topics.keys()];
    const partitions = new Map<string, number>();
    for (const topic of inputs) {
      partitions.set(topic, (await ensureTopic(kafka, { topic })).partitions);
    }
    await ensureOwnTopics(kafka, topics);
    const most = { partitions: Math.max(...partitions.values()) };
    const kept = await Promise.all([
      ensureTopic(kafka, {
        topic: topics.identities,
        ...most,
        retentionHours: IDENTITIES_HOURS,
      }),
      ensureTopic(kafka, {
        topic: topics.anomalies,
        ...most,
        compacted: true,
        retentionHours: ANOMALIES_HOURS,
      }),
    ]);
    const keptPartitions = Math.min(...kept.map(topic => topic.partitions));
    // A topic that the contracts don't name any more is checked as before until the replica has started again.
    const known = new Map(contracts.current.topics);
    const checksOf = (topic: string) => {
      const checks = contracts.current.topics.get(topic) ?? known.get(topic)!;
      known.set(topic, checks);
      return checks;
    };
    const groups = { check: group, judge: `${group}-judge`, notify: `${group}-notify` };
    // Together, in the order in which one tells the next: what one has still to tell goes through the others.
    const joining = [
      { group: groups.check, topics: inputs },
      { group: groups.judge, topics: [topics.windows] },
      ...(channel ? [{ group: groups.notify, topics: [topics.alerts] }] : []),
    ];
    await withAdmin(kafka, admin => untilCalm(admin, joining));
    const common = { kafka, replica: name, sessionMs, onProblem, onCrash };
    const judge = Stage.start({
      ...common,
      group: groups.judge,
      topics: [topics.windows],
      state: topics.state,
      outputs: async () => [topics.alerts, topics.scores],
      flushMs: FLUSH_MS.judge,
      parkedMs: 0,
      work: (_topic, partition) =>
        new JudgePartition({
          partition,
          topics,
          portal,
          contract: dataset => contracts.current.newest.get(dataset),
          meter: metrics,
        }),
    });
    const pace = new Pace();
    const notify =
      channel &&
      Stage.start({
        ...common,
        group: groups.notify,
        topics: [topics.alerts],
        state: topics.notifications,
        outputs: async () => [],
        flushMs: FLUSH_MS.notify,
        newsMs: NEWS_MS,
        parkedMs: 0,
        work: (_topic, partition) =>
          new NotifyPartition({ partition, topics, channel, pace, meter: metrics }),
      });
    const forwards = new ForwardTopics(kafka);
    const check = Stage.start({
      ...common,
      group: groups.check,
      topics: inputs,
      journal: topics.identities,
      state: topics.anomalies,
      doesWithoutState: true,
      outputs: async topic => {
        const forwarded = checksOf(topic).contracts.flatMap(({ forward }) => forward ?? []);
        return [topics.windows, topics.quarantine, ...(await existing(kafka, forwarded))];
      },
      flushMs: FLUSH_MS.check,
      work: (topic, partition) =>
        new CheckPartition({
          topic,
          partition,
          partitions: partitions.get(topic) ?? 1,
          topics,
          checks: () => checksOf(topic),
          kept: partition < keptPartitions,
          forwards,
          meter: metrics,
        }),
    });
    const stages = await Promise.all([check, judge, ...(notify ? [notify] : [])]);
    const replica = new Replica(options, stages, metrics, inputs);
    replica.kept = await readKeptContracts(kafka, topics);
    await replica.keep();
    replica.timer = setInterval(() => replica.refresh(), REFRESH_MS);
    return replica;
  }

  /** What isn't ready: nothing when all of its partitions go on with what is new. */
  get waitingFor(): readonly string[] {
    return this.stages.flatMap(stage => stage.waitingFor);
  }

  /** How many messages each of its partitions has still to check, where that is known. */
  get lags(): readonly number[] {
    const partitions = this.stages[0]?.partitions ?? [];
    return partitions.flatMap(({ lag }) => (lag === undefined ? [] : [lag]));
  }

  async metricsText(): Promise<string> {
    const [check] = this.stages;
    const partitions = (check?.partitions ?? []).map(({ topic, partition, lag }) => ({
      topic,
      partition,
      lag,
    }));
    const { contracts } = this.options;
    return this.metrics.text(partitions, [...contracts.current.topics.keys()], contracts);
  }

  /** Writes what it holds and leaves the groups. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    this.ended.abort();
    await Promise.all(this.stages.map(stage => stage.stop()));
  }

  /** What is in force, for replicas that start when a file is no contract any more. */
  private async keep(): Promise<void> {
    const { kafka, contracts, topics = TOPICS, onProblem } = this.options;
    const { texts } = contracts;
    const before = this.kept;
    try {
      this.kept = texts;
      await keepContracts(kafka, topics, texts, before);
    } catch (error) {
      this.kept = before;
      onProblem("the contracts in force can't be kept", error);
    }
  }

  private refresh(): void {
    const { contracts, onProblem } = this.options;
    this.refreshed += 1;
    // Brokers that are away are somebody else's to say.
    if (this.refreshed % PEERS_EVERY === 1) void this.turn.look().catch(() => {});
    let changed: boolean;
    try {
      changed = contracts.refresh();
    } catch (error) {
      onProblem("the contracts can't be read", error);
      return;
    }
    const keeping = this.keep();
    if (!changed) return;
    for (const { file, error } of contracts.refused) {
      onProblem(`${file} is refused, what it was before stays`, error);
    }
    if (this.restarts || this.readsAll) return;
    this.restarts = true;
    void keeping.then(() => this.startAgain());
  }

  /** Whether it reads the topics that the contracts name. */
  private get readsAll(): boolean {
    const named = [...this.options.contracts.current.topics.keys()];
    return [...named].sort().join() === [...this.inputs].sort().join();
  }

  /** Who reads which topics is said when joining: a new one means joining again, which a restart does. */
  private async startAgain(): Promise<void> {
    const { contracts, onProblem, onCrash } = this.options;
    const why = 'the contracts name other topics than before: the replica starts again';
    onProblem(`${why} when it is its turn`);
    const topics = [...contracts.current.topics.keys()];
    const left = this.inputs.filter(topic => !topics.includes(topic));
    await this.turn
      .come({ topics, left }, this.ended.signal)
      .catch(error => onProblem("whose turn it is can't be asked", error));
    this.restarts = false;
    if (!this.ended.signal.aborted && !this.readsAll) onCrash(new Error(why));
  }
}

/** What is counted and known of many windows at once, after a standstill, in bytes. */
const LARGEST_OWN_MESSAGE = 32 * 1024 * 1024;

/** Those of the topics that are there. */
async function existing(kafka: Kafka, topics: readonly string[]): Promise<string[]> {
  if (topics.length === 0) return [];
  const all = await withAdmin(kafka, admin => admin.listTopics());
  return [...new Set(topics)].filter(topic => all.includes(topic));
}

async function ensureOwnTopics(kafka: Kafka, topics: QualityTopics): Promise<void> {
  const kept = { partitions: DATASET_PARTITIONS };
  const large = { ...kept, largestMessage: LARGEST_OWN_MESSAGE };
  await ensureTopic(kafka, { topic: topics.windows, ...large, retentionHours: 24 });
  await ensureTopic(kafka, { topic: topics.state, ...large, compacted: true });
  await ensureTopic(kafka, { topic: topics.scores, ...kept, retentionHours: 24 * 90 });
  await ensureTopic(kafka, { topic: topics.alerts, ...kept, retentionHours: 24 * 90 });
  await ensureTopic(kafka, { topic: topics.notifications, ...kept, compacted: true });
  await ensureTopic(kafka, { topic: topics.quarantine, ...kept, retentionHours: 24 * 14 });
  await ensureTopic(kafka, { topic: topics.replays, ...kept, compacted: true });
  await ensureTopic(kafka, { topic: topics.contracts, partitions: 1, compacted: true });
}
