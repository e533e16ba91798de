export interface Config {
  dolphinscheduler?: {
    instances?: Array<{
      /** The DolphinScheduler environment for tasks that name none. Default `dolphinstage`. */
      environment?: string;
    }>;
    scaffolder?: {
      /**
       * The bare git repository that templates put code into for review, where it goes to no Git host: an absolute path
       * on the backend's machine. Default: none.
       */
      repository?: string;
    };
  };
}
