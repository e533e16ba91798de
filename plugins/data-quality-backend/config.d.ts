export interface Config {
  /** Scores, alerts and quarantine of streams, as the stream checker writes them to Kafka. */
  dataQuality?: {
    kafka?: {
      /** `host:port` each. */
      brokers: string[];
      /** Talk TLS. Default false. */
      ssl?: boolean;
      sasl?: {
        /** `plain`, `scram-sha-256` or `scram-sha-512`. */
        mechanism: string;
        username: string;
        /** @visibility secret */
        password: string;
      };
    };
    /** Of the checker's topics and groups, where there are several checkers on one Kafka. Default: none. */
    topicSuffix?: string;
    /**
     * The folder with the checker's contracts: they say which values of rows in quarantine may be shown, and whether a row
     * is still bad. Without it no value is shown and nothing can be sent back.
     */
    contracts?: string;
    /** Has the schemas of rows in Confluent's wire format: without it their values aren't shown, and none goes back. */
    schemaRegistry?: {
      /**
       * With the API's path. An account may be in it.
       * @visibility secret
       */
      url: string;
      /**
       * Sent as Bearer.
       * @visibility secret
       */
      token?: string;
    };
  };
}
