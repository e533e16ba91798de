import type { ClientErrorCode } from '../errors';

/** What a server's own code means to a caller. */
interface Meaning {
  code: ClientErrorCode;
  todo: string;
}

const NOT_FOUND: Meaning = {
  code: 'CLIENT_NOT_FOUND',
  todo: 'Look whether it was deleted or renamed.',
};
const NAME_TAKEN: Meaning = {
  code: 'CLIENT_NAME_TAKEN',
  todo: 'Choose another name, or use what has it.',
};
const CREDENTIALS: Meaning = {
  code: 'CLIENT_UNAUTHORIZED',
  todo: 'Check the user, the password and that the user is enabled.',
};
const FORBIDDEN: Meaning = {
  code: 'CLIENT_FORBIDDEN',
  todo: 'Ask an administrator, or the owner of the project, for the permission.',
};
const ONLINE: Meaning = { code: 'CLIENT_CONFLICT', todo: 'Take it offline first.' };
const OFFLINE: Meaning = {
  code: 'CLIENT_CONFLICT',
  todo: 'Bring the workflow, and those that it contains, online first.',
};
const IN_USE: Meaning = { code: 'CLIENT_CONFLICT', todo: 'Remove what still uses it first.' };
const STATE: Meaning = {
  code: 'CLIENT_CONFLICT',
  todo: 'Read its state, then decide again.',
};
const SCHEDULED: Meaning = {
  code: 'CLIENT_CONFLICT',
  todo: 'Update that schedule, or delete it first.',
};
const INVALID: Meaning = { code: 'CLIENT_INVALID', todo: 'Correct the value and try again.' };
const TENANT: Meaning = {
  code: 'CLIENT_INVALID',
  todo: 'Give the user a tenant that exists on the server.',
};
const CONNECTION: Meaning = {
  code: 'CLIENT_INVALID',
  todo: 'Check the host, port, database, user and password, and that the server has the driver.',
};
const NO_MASTER: Meaning = {
  code: 'CLIENT_SERVER',
  todo: 'Start a master server, or wait until one has registered.',
};
const SERVER: Meaning = { code: 'CLIENT_SERVER', todo: "Look into the server's log." };

/**
 * DolphinScheduler's codes (its `Status` enum, which keeps its numbers over the lines). What isn't here is
 * a failure of the server; it also answers so when a parameter is missing or has the wrong type.
 */
const TABLE: readonly [Meaning, readonly number[]][] = [
  [
    NOT_FOUND,
    [
      10008, 10010, 10011, 10017, 10018, 10020, 10022, 10128, 10174, 10190, 10203, 10219, 20001,
      20004, 20012, 20015, 20016, 50001, 50003, 50007, 50030, 50033, 50054, 50064, 70015, 110004,
      1200008, 1200009, 1402001,
    ],
  ],
  [
    NAME_TAKEN,
    [
      10003, 10009, 10012, 10015, 10019, 10124, 10129, 10130, 10135, 10168, 10218, 20002, 20005,
      20011, 50045, 110010, 120002, 120021, 130001,
    ],
  ],
  [CREDENTIALS, [10013, 10148]],
  [FORBIDDEN, [30001, 30002, 1400001, 1400002]],
  [ONLINE, [10023, 50008, 50021, 50023, 50050, 50056]],
  [OFFLINE, [50004]],
  [
    IN_USE,
    [
      10137, 10142, 10143, 10144, 10145, 10163, 10179, 10193, 10194, 10195, 10308, 10309, 20013,
      20014, 20018, 50051, 50052, 50053, 110012, 110013, 120007, 130016, 1200032, 1400005, 1401000,
      1401001, 1401002,
    ],
  ],
  [STATE, [10126, 10166, 10191, 50002, 50005, 50006, 50009, 130003, 130017, 130018, 130019]],
  [SCHEDULED, [10204]],
  [TENANT, [10181, 50027]],
  [CONNECTION, [10016, 10036, 10037]],
  [NO_MASTER, [10025]],
  [
    INVALID,
    [
      10001, 10002, 10004, 10024, 10026, 10062, 10125, 10134, 10140, 10141, 10158, 10164, 10167,
      10169, 10170, 10171, 10172, 10173, 10177, 20006, 20007, 20008, 20009, 20017, 50017, 50018,
      50019, 50020, 50035, 80002, 80003, 110001, 120003, 120004, 130002, 130015, 130020, 130030,
      130031, 1300009, 1300015, 1300016, 1300017, 1400003, 1400004,
    ],
  ],
];

const MEANINGS = new Map(
  TABLE.flatMap(([meaning, codes]) => codes.map(code => [code, meaning] as const)),
);

export function meaningOf(serverCode: number): Meaning {
  return MEANINGS.get(serverCode) ?? SERVER;
}
