export interface Config {
  dolphinscheduler?: {
    instances?: Array<{
      /** The DolphinScheduler environment for tasks that name none. Default `dolphinstage`. */
      environment?: string;
      /** How bundles of packs get to the workers. Default `resource`: DolphinScheduler's resource centre. */
      delivery?: 'resource' | 'path';
      /** With `path`: the folder that all workers see, as the backend's machine sees it. */
      bundles?: string;
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
