export interface Config {
  /** Models that are trained every night, as the retraining writes them down in PostgreSQL. */
  models?: {
    /** The database with the schema `models`. */
    postgres?: {
      host: string;
      /** Default 5432. */
      port?: number;
      database: string;
      user: string;
      /** @visibility secret */
      password: string;
      /** `off`, `require` (encrypted) or `verify` (encrypted, and the server's certificate holds). Default verify. */
      tls?: string;
    };
  };
}
