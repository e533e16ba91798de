/** The topics that the checker writes and reads beside those of the data sets. @public */
export interface QualityTopics {
  /** What each partition's rows came to, a few records a second. */
  readonly windows: string;
  /** Which rows the last messages were, for who takes a partition over; an hour of them. */
  readonly identities: string;
  /** Compacted: what each partition has learned of single series. As many partitions as `identities`. */
  readonly anomalies: string;
  /** Compacted: what is known of each data set. As many partitions as `windows`. */
  readonly state: string;
  /** One record for each closed window of a data set: its score and the counts that it is made of. */
  readonly scores: string;
  /** CloudEvents: what has opened and what is over. */
  readonly alerts: string;
  /** Compacted: which of them people have been told. As many partitions as `alerts`. */
  readonly notifications: string;
  /** Bad rows as they came, with reason and origin. */
  readonly quarantine: string;
  /** Compacted: which rows of the quarantine were written to their topics again. */
  readonly replays: string;
  /** Compacted: the contracts that are in force, by the names of their files. */
  readonly contracts: string;
}

/** @public */
export const TOPICS: QualityTopics = {
  windows: 'quality-windows',
  identities: 'quality-identities',
  anomalies: 'quality-anomalies',
  state: 'quality-state',
  scores: 'quality-scores',
  alerts: 'quality-alerts',
  notifications: 'quality-notifications',
  quarantine: 'quality-quarantine',
  replays: 'quality-replays',
  contracts: 'quality-contracts',
};

/** The topics of another checker on the same Kafka. @public */
export function topicsWith(suffix: string): QualityTopics {
  return {
    windows: `${TOPICS.windows}-${suffix}`,
    identities: `${TOPICS.identities}-${suffix}`,
    anomalies: `${TOPICS.anomalies}-${suffix}`,
    state: `${TOPICS.state}-${suffix}`,
    scores: `${TOPICS.scores}-${suffix}`,
    alerts: `${TOPICS.alerts}-${suffix}`,
    notifications: `${TOPICS.notifications}-${suffix}`,
    quarantine: `${TOPICS.quarantine}-${suffix}`,
    replays: `${TOPICS.replays}-${suffix}`,
    contracts: `${TOPICS.contracts}-${suffix}`,
  };
}

/** How many partitions data sets are spread over, once their rows have been counted. */
export const DATASET_PARTITIONS = 4;
