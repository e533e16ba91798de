export interface Config {
  dolphinscheduler?: {
    instances?: Array<{
      /** The DolphinScheduler environment for tasks that name none. Default `dolphinstage`. */
      environment?: string;
    }>;
  };
}
