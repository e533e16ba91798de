export interface Config {
  dolphinscheduler?: {
    /** How the portal looks at DolphinScheduler. */
    cache?: {
      /** Seconds that definitions and schedules may be old. Default 30. */
      definitions?: number;
      /** Seconds that runs may be old. Default 5. */
      runs?: number;
      /** Seconds that a run, its tasks and its log may be old while people look at them. Default 3. */
      live?: number;
    };
    instances?: Array<{
      /** Stands in URLs and in the catalog. */
      name: string;
      /** Ends with the server's context path: `https://host:12345/dolphinscheduler`. */
      baseUrl: string;
      /**
       * Of the service user: it sees the projects that it was granted.
       *
       * @visibility secret
       */
      token?: string;
      /**
       * Who acts in some projects: starts, controls and applies there. Then the instance's own token need only see them.
       */
      accounts?: Array<{
        /** By name; each in one account only. */
        projects: string[];
        /** @visibility secret */
        token: string;
      }>;
      /** IANA; the zone of DolphinScheduler's servers, in which they write times. Default UTC. */
      timeZone?: string;
      /** Used for workflows that name no tenant. Default `default`. */
      tenant?: string;
    }>;
  };
}
