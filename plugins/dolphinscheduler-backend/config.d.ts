export interface Config {
  dolphinscheduler?: {
    /** How often somebody may do something. */
    limits?: {
      /** Changes (starts, pauses …) per minute by one user, through routes and actions together. Default 60. */
      changes?: number;
      /** Alerts per minute from one instance. Default 60. */
      alerts?: number;
      /** Downloads of whole logs per minute by one user. Default 6. */
      downloads?: number;
    };
    instances?: Array<{
      /**
       * What this instance's alerts must bring with them, so that owners are notified of failed runs: the webhook's
       * address is `<backend>/api/dolphinscheduler/v1/alerts/<name>?secret=<alertSecret>`. At least 16 characters, of
       * letters, digits, and `. _ ~ -`. Default: no alerts are taken.
       *
       * @visibility secret
       */
      alertSecret?: string;
      /**
       * Connections that forms offer, beside those that workflows name: names and kinds only. What they lead to is on the
       * workers and doesn't belong here.
       */
      connections?: Array<{
        name: string;
        /** `postgres`, `mysql`, `oracle`, `kafka`, `http` or `files`; without one it is offered everywhere. */
        kind?: string;
      }>;
    }>;
  };
}
