/** An account on a database server that may create databases and users. @public */
export interface SampleServer {
  host: string;
  port: number;
  user: string;
  password: string;
}
