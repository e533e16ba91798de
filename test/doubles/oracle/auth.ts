import {
  createCipheriv,
  createDecipheriv,
  createHash,
  pbkdf2Sync,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto';
import { OracleError } from './errors';
import type { Pair } from './ttc/responses';

// Oracle's O5LOGON with the verifier of 12c. The server keeps a hash of the password. Both sides send half of
// a session key, each encrypted with that hash; only who knows it can mix the two halves. The client then
// sends its password, and the server a fixed text, encrypted with the mix.

/** Flags of AUTH_VFR_DATA: which kind of verifier it is. */
const VERIFIER_12C = 0x4815;
const VERIFIER_ROUNDS = 4096;
const MIX_ROUNDS = 3;
const SALT = 16;
const PROOF = 'SERVER_TO_CLIENT';
const DENIED = 'invalid username/password; logon denied';
/** 19.3, as a database says it: one byte each for the main and the update version. */
const VERSION = (19 << 24) | (3 << 16);

/** What the server keeps about a password. */
export interface Verifier {
  salt: Buffer;
  hash: Buffer;
}

/** Takes some milliseconds: do it once per user. */
export function createVerifier(password: string): Verifier {
  const salt = randomBytes(SALT);
  const speedySalt = Buffer.concat([salt, Buffer.from('AUTH_PBKDF2_SPEEDY_KEY')]);
  const key = pbkdf2Sync(password, speedySalt, VERIFIER_ROUNDS, 64, 'sha512');
  const hash = createHash('sha512').update(key).update(salt).digest().subarray(0, 32);
  return { salt, hash };
}

/** One client's way in. */
export class Logon {
  private readonly serverHalf = randomBytes(32);
  private readonly mixSalt = randomBytes(SALT);

  constructor(
    private readonly verifier: Verifier,
    /** Absent for a user that doesn't exist: then no password is right. */
    private readonly password: string | undefined,
  ) {}

  /** What the client needs to make its half. */
  challenge(): Pair[] {
    return [
      ['AUTH_SESSKEY', hex(encrypt(this.verifier.hash, this.serverHalf))],
      ['AUTH_VFR_DATA', hex(this.verifier.salt), VERIFIER_12C],
      ['AUTH_PBKDF2_CSK_SALT', hex(this.mixSalt)],
      ['AUTH_PBKDF2_VGEN_COUNT', String(VERIFIER_ROUNDS)],
      ['AUTH_PBKDF2_SDER_COUNT', String(MIX_ROUNDS)],
    ];
  }

  /**
   * @returns the server's proof.
   * @throws OracleError ORA-01017 for a wrong password.
   */
  verify(values: ReadonlyMap<string, string>): Pair {
    const clientHalf = decrypt(this.verifier.hash, values.get('AUTH_SESSKEY'));
    const halves = hex(Buffer.concat([clientHalf, this.serverHalf]));
    const key = pbkdf2Sync(halves, this.mixSalt, MIX_ROUNDS, 32, 'sha512');
    const padded = decrypt(key, values.get('AUTH_PASSWORD'));
    const sent = padded.subarray(SALT, padded.length - (padded.at(-1) ?? 0));
    const expected = Buffer.from(this.password ?? '', 'utf8');
    if (
      this.password === undefined ||
      sent.length !== expected.length ||
      !timingSafeEqual(sent, expected)
    ) {
      throw new OracleError(1017, DENIED);
    }
    const proof = Buffer.concat([randomBytes(SALT), Buffer.from(PROOF)]);
    return ['AUTH_SVR_RESPONSE', hex(encrypt(key, proof))];
  }
}

/** What a session is told about its database. */
export function databaseFacts(session: number, service: string): Pair[] {
  return [
    ['AUTH_VERSION_NO', String(VERSION)],
    ['AUTH_VERSION_STRING', '- Dolphinstage protocol double'],
    ['AUTH_SESSION_ID', String(session)],
    ['AUTH_SERIAL_NUM', '1'],
    ['AUTH_DBNAME', service],
    ['AUTH_SC_DBUNIQUE_NAME', 'DOUBLE'],
    ['AUTH_SC_SERVICE_NAME', service],
    ['AUTH_INSTANCENAME', 'DOUBLE'],
    ['AUTH_MAX_OPEN_CURSORS', '300'],
    ['AUTH_MAX_IDEN_LENGTH', '128'],
  ];
}

/** The time zone that a client asks for while it logs on, for example `+02:00`. */
export function requestedTimeZone(values: ReadonlyMap<string, string>): string | undefined {
  return /TIME_ZONE\s*=\s*'([+-]\d{1,2}:\d{1,2})'/i.exec(
    values.get('AUTH_ALTER_SESSION') ?? '',
  )?.[1];
}

function encrypt(key: Buffer, bytes: Buffer): Buffer {
  const cipher = createCipheriv('aes-256-cbc', key, Buffer.alloc(16)).setAutoPadding(false);
  return Buffer.concat([cipher.update(bytes), cipher.final()]);
}

function decrypt(key: Buffer, text: string | undefined): Buffer {
  const bytes = Buffer.from(text ?? '', 'hex');
  if (bytes.length === 0 || bytes.length % 16 !== 0) throw new OracleError(1017, DENIED);
  const decipher = createDecipheriv('aes-256-cbc', key, Buffer.alloc(16)).setAutoPadding(false);
  return Buffer.concat([decipher.update(bytes), decipher.final()]);
}

function hex(bytes: Buffer): string {
  return bytes.toString('hex').toUpperCase();
}
