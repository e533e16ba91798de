import { setTimeout as pauseFor } from 'node:timers/promises';
import type {
  Admin,
  Consumer,
  ConsumerEndBatchProcessEvent,
  EachBatchPayload,
  Kafka,
} from 'kafkajs';
import { memberFacts, togetherAssigner, type MemberFacts } from './assigner';
import { LogEnds } from './log-ends';
import { readOffsets, type Offsets } from './offsets';
import { StagePartition } from './partition';
import { keyOf, Slot } from './slot';
import { Turn } from './turn';
import type { PartitionWork } from './work';

/** How long a replica may be silent before its partitions go to the others; brokers allow 6 s and more unless told. */
const SESSION_MS = 6_000;
/** How long those that live are waited for when partitions are dealt anew; a dead one is out after its session. */
const REBALANCE_MS = 30_000;
const TICK_MS = 50;
const FETCH_WAIT_MS = 100;
const FETCH_BYTES = 1024 * 1024;
/** How often a stopped partition is looked at again. */
const STOPPED_MS = 200;
/** How often a partition looks again whether what it needs is there. */
const NEEDED_MS = 500;
/** How often a replica that doesn't know whether it is a member looks again. */
const UNHEARD_MS = 100;
/** Where brokers or replicas go and come, partitions are dealt several times in a row. */
const PARKED_MS = 3_000;
/** How long it waits for partitions that are being opened. */
const OPENED_MS = 1_000;
/** How long a stage that stops waits for what its works have begun elsewhere: a replica has 8 s to stop, and has to write what came of it. */
const SETTLE_MS = 5_000;

/** How a stage reads and writes. */
export interface StageOptions {
  readonly kafka: Kafka;
  /** The consumer group. */
  readonly group: string;
  /** This replica's name, stable across its restarts. */
  readonly replica: string;
  readonly topics: readonly string[];
  /** A compacted topic with as many partitions as the topic that has most: it keeps each partition's state, for works that read one. */
  readonly state?: string;
  /** Whether a partition goes on without its state where this replica isn't dealt it: it is a help only. False unless told. */
  readonly doesWithoutState?: boolean;
  /**
   * A topic that keeps for an hour or more what works need to know of messages that they have processed, so that a successor reads that instead
   * of the messages; where a topic that is read has more partitions, those beyond do without.
   */
  readonly journal?: string;
  /** Where the group has never committed an offset, what is older is left out, in ms; nothing is unless told. */
  readonly newsMs?: number;
  /** What else a topic's works write to, as far as it is there. */
  outputs(topic: string): Promise<readonly string[]>;
  /** How long what isn't urgent may wait before it is written, in ms. */
  readonly flushMs: number;
  /** How long the replica may be silent before others take its partitions, in ms; 6,000 unless told. */
  readonly sessionMs?: number;
  /** How long a partition that has been dealt to another is kept in case it comes back, in ms; 3,000 unless told, 0: not at all. */
  readonly parkedMs?: number;
  work(topic: string, partition: number): PartitionWork;
  /** What went wrong and is tried again. */
  onProblem(what: string, error: unknown): void;
  /** It can't go on. */
  onCrash(error: unknown): void;
}

/**
 * Part of a consumer group that processes partitions exactly once: what comes out is written in the same Kafka transaction as how
 * far was read. Whatever fails, the partition is thrown away and opened again from what is written.
 */
export class Stage {
  private readonly slots = new Map<string, Slot>();
  private readonly ends: LogEnds;
  private timer: NodeJS.Timeout | undefined;
  private stopping = false;

  private constructor(
    private readonly options: StageOptions,
    private readonly consumer: Consumer,
    private readonly admin: Admin,
  ) {
    this.ends = new LogEnds(admin, options.topics, error =>
      options.onProblem("the logs' ends can't be read", error),
    );
  }

  static async start(options: StageOptions): Promise<Stage> {
    const { kafka, group, replica, topics } = options;
    const consumer = kafka.consumer({
      groupId: group,
      partitionAssigners: [togetherAssigner(replica)],
      sessionTimeout: options.sessionMs ?? SESSION_MS,
      rebalanceTimeout: REBALANCE_MS,
      heartbeatInterval: Math.max(100, Math.floor((options.sessionMs ?? SESSION_MS) / 10)),
      allowAutoTopicCreation: false,
      maxWaitTimeInMs: FETCH_WAIT_MS,
      maxBytesPerPartition: FETCH_BYTES,
      metadataMaxAge: 30_000,
    });
    const admin = kafka.admin();
    const stage = new Stage(options, consumer, admin);
    await Promise.all([consumer.connect(), admin.connect()]);
    consumer.on(consumer.events.GROUP_JOIN, ({ payload }) =>
      stage.assigned(payload.memberAssignment),
    );
    consumer.on(consumer.events.HEARTBEAT, () => {
      stage.heardAt = Date.now();
    });
    consumer.on(consumer.events.CRASH, ({ payload }) => {
      if (!payload.restart && !stage.stopping) options.onCrash(payload.error);
    });
    consumer.on(consumer.events.END_BATCH_PROCESS, ({ payload }) => stage.passed(payload));
    await consumer.subscribe({
      topics: [...topics, ...stage.firsts],
      fromBeginning: true,
    });
    await consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: 4,
      eachBatch: payload => stage.batch(payload),
    });
    stage.timer = setInterval(() => stage.tick(), TICK_MS);
    stage.ends.start();
    return stage;
  }

  /** The partitions that are open and up to their state. */
  get partitions(): readonly StagePartition[] {
    return [...this.slots.values()].flatMap(({ open, mine }) =>
      mine && open?.restored ? [open] : [],
    );
  }

  /** What isn't ready: nothing when every partition that is this replica's goes on with what is new. */
  get waitingFor(): readonly string[] {
    if (!this.joined) return [`${this.options.group}: not joined`];
    return [...this.slots.values()].flatMap(({ key, waitsFor }) =>
      waitsFor === undefined ? [] : [`${key}: ${waitsFor}`],
    );
  }

  /** Who is in the group; nobody while it is dealt anew. */
  async members(): Promise<readonly MemberFacts[]> {
    const { groups } = await this.admin.describeGroups([this.options.group]);
    return (groups[0]?.members ?? []).flatMap(member => memberFacts(member) ?? []);
  }

  /** The partitions that are being opened. */
  private readonly opening = new Set<Promise<void>>();
  private joined = false;
  /** When the group last took it for a member, in ms since 1970. */
  private heardAt = 0;
  private assignment: Readonly<Record<string, readonly number[]>> = {};

  /**
   * Not where it has been silent for a session: its partitions may be another's then, whose transactions end where it opens them. Two that
   * believe so, as when a broker's disk failed, would end each other's for ever.
   */
  private get isMember(): boolean {
    return Date.now() - this.heardAt < (this.options.sessionMs ?? SESSION_MS);
  }

  /** Who deals the partitions may be of an earlier version, and know less topics: what can be done without is done without then. */
  private canRead(topic: string | undefined, partition: number): boolean {
    if (topic === undefined) return false;
    const { state, doesWithoutState = false } = this.options;
    if (topic === state && !doesWithoutState) return true;
    return this.assignment[topic]?.includes(partition) ?? false;
  }

  /** Writes what there is, leaves the group and ends. */
  async stop(): Promise<void> {
    this.stopping = true;
    clearInterval(this.timer);
    this.ends.stop();
    const slots = [...this.slots.values()];
    // As long as it is a member nobody takes its partitions over.
    await Promise.all(
      slots.map(slot => (slot.mine ? slot.open?.flushLast(SETTLE_MS).catch(() => {}) : undefined)),
    );
    await this.consumer.stop().catch(() => {});
    this.slots.clear();
    // They ask by what is closed below.
    await Promise.race([Promise.all(this.opening), pauseFor(OPENED_MS)]);
    await Promise.all(
      slots.map(async slot => {
        clearTimeout(slot.parked);
        slot.gone = true;
        await slot.open?.close();
      }),
    );
    await Promise.all([this.consumer.disconnect(), this.admin.disconnect()]).catch(() => {});
  }

  private assigned(assignment: Readonly<Record<string, readonly number[]>>): void {
    this.joined = true;
    this.heardAt = Date.now();
    this.assignment = assignment;
    const mine = new Set<string>();
    for (const topic of this.options.topics) {
      for (const partition of assignment[topic] ?? []) {
        const key = keyOf(topic, partition);
        mine.add(key);
        const slot = this.slots.get(key);
        if (slot?.parked) void this.takeBack(slot);
        // Joining puts the consumer back to what is committed; what has been read since is still in memory.
        else if (slot?.open?.restored) this.readFrom(slot.open);
        else if (slot?.open) {
          if (this.canRead(slot.open.reads, partition)) this.readState(slot.open);
          else void this.again(slot, slot.open);
        } else if (!slot) this.take(new Slot(topic, partition));
      }
    }
    for (const slot of this.slots.values()) if (!mine.has(slot.key)) this.park(slot);
  }

  /** What is cheap to read again, or acts by itself, isn't kept. */
  private park(slot: Slot): void {
    const { parkedMs = PARKED_MS } = this.options;
    if (!slot.open?.restored || parkedMs === 0) void this.drop(slot);
    else {
      slot.parked ??= setTimeout(() => void this.drop(slot), parkedMs).unref();
    }
  }

  /**
   * Goes on with what is still in memory, unless another replica has gone on meanwhile. One that has only taken the partition over has
   * made this one's transactions fail: the next flush will find out.
   */
  private async takeBack(slot: Slot): Promise<void> {
    const { open, topic, partition } = slot;
    clearTimeout(slot.parked);
    slot.parked = undefined;
    this.hold(slot);
    await open?.settled();
    const same = await this.offsets(topic, partition).then(
      ({ begin }) => open?.goesOnAt(begin),
      () => false,
    );
    if (!slot.mine || slot.open !== open || this.stopping) return;
    if (open && same) this.readFrom(open);
    else await this.again(slot, open);
  }

  /** The topics that may be read before a partition goes on. */
  private get firsts(): readonly string[] {
    const { state, journal } = this.options;
    return [journal, state].flatMap(topic => topic ?? []);
  }

  private take(slot: Slot): void {
    const { partition } = slot;
    this.slots.set(slot.key, slot);
    this.hold(slot);
    for (const topic of this.firsts) {
      if (this.restoring(topic, partition).length === 0) this.hold({ topic, partition });
    }
    this.open(slot);
  }

  private open(slot: Slot): void {
    const opening = this.tryToOpen(slot).finally(() => this.opening.delete(opening));
    this.opening.add(opening);
  }

  private async tryToOpen(slot: Slot): Promise<void> {
    if (!this.isMember) {
      this.later(slot, UNHEARD_MS);
      return;
    }
    const { topic, partition } = slot;
    const { kafka, group, state, journal } = this.options;
    const known = (first: string | undefined) =>
      this.canRead(first, partition) ? first : undefined;
    try {
      const outputs = [
        ...this.firsts.map(first => ({ topic: first, partitions: [partition] })),
        ...(await this.options.outputs(topic)).map(output => ({ topic: output })),
      ];
      const open = await StagePartition.open(
        { kafka, group, topic, partition, state: known(state), journal: known(journal), outputs },
        () => this.options.work(topic, partition),
        () => this.offsets(topic, partition),
      );
      if (slot.gone || this.stopping) {
        await open.close();
        return;
      }
      slot.opened(open);
      if (open.restored) this.readFrom(open);
      else this.readState(open);
    } catch (error) {
      if (slot.gone || this.stopping) return;
      this.options.onProblem(`${slot.key} can't be opened`, error);
      this.later(slot);
    }
  }

  private later(slot: Slot, delayMs = slot.takeDelay()): void {
    setTimeout(() => {
      if (!slot.gone && !this.stopping) this.open(slot);
    }, delayMs).unref();
  }

  private offsets(topic: string, partition: number): Promise<Offsets> {
    const { group, journal, newsMs } = this.options;
    return readOffsets(this.admin, { group, topic, partition, journal, newsMs });
  }

  private readFrom(open: StagePartition): void {
    const { topic, partition } = open;
    this.tell(consumer => {
      consumer.seek({ topic, partition, offset: String(open.read) });
      consumer.resume([{ topic, partitions: [partition] }]);
    });
  }

  private hold({ topic, partition }: Pick<Slot, 'topic' | 'partition'>): void {
    this.tell(consumer => consumer.pause([{ topic, partitions: [partition] }]));
  }

  /**
   * A consumer that begins anew, since a broker has gone, takes no orders. It joins again, and then each partition is told where to go on.
   */
  private tell(order: (consumer: Consumer) => void): void {
    try {
      order(this.consumer);
    } catch (error) {
      if (!/not initialized/.test((error as Error).message)) throw error;
    }
  }

  /** What of a partition reads this now before it goes on; each topic has one. */
  private restoring(first: string, partition: number): StagePartition[] {
    return this.options.topics.flatMap(topic => {
      const slot = this.slots.get(keyOf(topic, partition));
      return slot?.mine && slot.open?.reads === first ? [slot.open] : [];
    });
  }

  /** Begins with what it reads next, or goes on there. */
  private readState({ partition, topic, reads: first }: StagePartition): void {
    if (first === undefined) return;
    const restoring = this.restoring(first, partition);
    const from = Math.min(...restoring.map(({ restoreFrom }) => restoreFrom));
    this.tell(consumer => {
      consumer.pause([{ topic, partitions: [partition] }]);
      consumer.seek({ topic: first, partition, offset: String(from) });
      consumer.resume([{ topic: first, partitions: [partition] }]);
    });
  }

  private async batch(payload: EachBatchPayload): Promise<void> {
    const { batch, resolveOffset, heartbeat, isStale, pause } = payload;
    if (isStale() || this.stopping) return;
    if (this.firsts.includes(batch.topic)) {
      await this.stateBatch(payload);
      return;
    }
    const slot = this.slots.get(keyOf(batch.topic, batch.partition));
    const open = slot?.open;
    if (!slot || !open?.restored) {
      pause();
      return;
    }
    const needed = open.work.prepare?.(batch.messages);
    if (needed) {
      void this.waitFor(needed, slot, open);
      return;
    }
    slot.waits = undefined;
    const turn = new Turn();
    for (const message of batch.messages) {
      if (turn.isOver) {
        await turn.next();
        await heartbeat();
        if (isStale() || this.stopping || slot.open !== open) return;
      }
      if (open.handle(message)) continue;
      // It is asked again each time: what stops a work can be over without the partition moving.
      this.readFrom(open);
      await heartbeat();
      await pauseFor(STOPPED_MS);
      return;
    }
    open.skipTo(Number(batch.lastOffset()) + 1);
    resolveOffset(batch.lastOffset());
    if (open.work.full) await this.flush(slot);
    await heartbeat();
  }

  /**
   * kafkajs hands over nothing of a batch that has no message, only ends of transactions or what was aborted: it is read all the same, and
   * who looks whether all is read, as those do that wait to join, must see it.
   */
  private passed(batch: ConsumerEndBatchProcessEvent['payload']): void {
    const open = this.slots.get(keyOf(batch.topic, batch.partition))?.open;
    // kafkajs' types don't say so: null where all of it is before what was asked for.
    const first = batch.firstOffset as string | null;
    // Not of a batch that was fetched before the partition was put back.
    if (batch.batchSize > 0 || first === null || !open || Number(first) > open.read) return;
    open.skipTo(Number(batch.lastOffset) + 1);
  }

  /** Goes on with the partition when it has what it needs; the others go on meanwhile. */
  private async waitFor(needed: Promise<void>, slot: Slot, open: StagePartition): Promise<void> {
    this.hold(slot);
    slot.attempt += 1;
    const { attempt } = slot;
    try {
      await needed;
    } catch (error) {
      const why = `waits: ${error instanceof Error ? error.message : String(error)}`;
      // Tried again and again: said once.
      if (slot.waits !== why) {
        this.options.onProblem(`${slot.key} ${why}`, undefined);
      }
      slot.waits = why;
      await pauseFor(NEEDED_MS);
    }
    if (!slot.mine || this.stopping || slot.open !== open || slot.attempt !== attempt) return;
    this.readFrom(open);
  }

  private async stateBatch(payload: EachBatchPayload): Promise<void> {
    const { batch, resolveOffset, heartbeat, isStale, pause } = payload;
    const turn = new Turn();
    for (const message of batch.messages) {
      if (turn.isOver) {
        await turn.next();
        await heartbeat();
        if (isStale() || this.stopping) return;
      }
      const restoring = this.restoring(batch.topic, batch.partition);
      if (restoring.length === 0) break;
      for (const open of restoring) {
        if (!open.restore(message)) continue;
        if (open.restored) this.readFrom(open);
        else this.readState(open);
      }
    }
    if (this.restoring(batch.topic, batch.partition).length === 0) pause();
    else resolveOffset(batch.lastOffset());
    await heartbeat();
  }

  private tick(): void {
    for (const slot of this.slots.values()) {
      if (!slot.open || !slot.mine) continue;
      slot.open.end = this.ends.of(slot.topic, slot.partition) ?? slot.open.end;
      void this.flush(slot);
    }
  }

  private async flush(slot: Slot): Promise<void> {
    const { open } = slot;
    try {
      await open?.flush(this.options.flushMs);
      if (open?.work.outdated) await this.again(slot, open);
    } catch (error) {
      if (slot.open !== open || slot.gone || this.stopping) return;
      // What the work has given is lost, so that it can't go on: as little as when another has taken the partition over, which is how a kept
      // one fails.
      if (slot.parked) {
        await this.drop(slot);
        return;
      }
      this.options.onProblem(`${slot.key} can't be written`, error);
      await this.again(slot, open);
    }
  }

  /** Throws the partition away and opens it from what is written. */
  private async again(slot: Slot, open: StagePartition | undefined): Promise<void> {
    if (slot.open !== open || !slot.mine || this.stopping) return;
    slot.open = undefined;
    this.hold(slot);
    await open?.close();
    this.later(slot);
  }

  private async drop(slot: Slot): Promise<void> {
    clearTimeout(slot.parked);
    slot.gone = true;
    this.slots.delete(slot.key);
    await slot.open?.close();
  }
}
