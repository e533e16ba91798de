import { OracleDoubleError } from '../errors';

/** The kinds of TNS packets that the double reads or writes. */
export const PacketType = {
  connect: 1,
  accept: 2,
  refuse: 4,
  data: 6,
  marker: 12,
} as const;

/** The data byte of a marker packet. */
export const Marker = { break: 1, reset: 2, interrupt: 3 } as const;

/** Flags of a data packet. */
export const DataFlag = { endOfFile: 0x40, endOfRequest: 0x800 } as const;

/** The newest version without fast authentication, which needs no part of the extractor. */
const PROTOCOL_VERSION = 315;
const HEADER = 8;
const DATA_HEADER = 10;
const ACCEPT_LENGTH = 45;
/** Session data unit: the longest packet, header included. node-oracledb asks for this by default. */
const SDU = 8192;
/** "Native network encryption and integrity: neither wanted nor there". */
const NO_SECURITY_SERVICES = 0x0c;

export interface Packet {
  type: number;
  /** Header included. */
  bytes: Buffer;
}

/** Cuts a byte stream into packets. */
export class PacketReader {
  /** From the accept packet on, lengths have 32 bits. */
  largeLengths = false;
  private rest: Buffer = Buffer.alloc(0);

  /**
   * @throws OracleDoubleError `ORACLE_DOUBLE_PROTOCOL` for a length that no client means.
   */
  *push(chunk: Buffer): Generator<Packet> {
    this.rest = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk]);
    while (this.rest.length >= HEADER) {
      const length = this.largeLengths ? this.rest.readUInt32BE(0) : this.rest.readUInt16BE(0);
      if (length < HEADER || length > 2 * SDU) {
        throw new OracleDoubleError('ORACLE_DOUBLE_PROTOCOL', `a packet of ${length} bytes`, {
          todo: 'Connect with an Oracle Net client without TLS.',
        });
      }
      if (this.rest.length < length) return;
      const bytes = this.rest.subarray(0, length);
      this.rest = this.rest.subarray(length);
      yield { type: bytes[4]!, bytes };
    }
  }
}

export function acceptPacket(): Buffer {
  const packet = header(PacketType.accept, ACCEPT_LENGTH, false);
  packet.writeUInt16BE(PROTOCOL_VERSION, 8);
  packet.writeUInt16BE(SDU, 12);
  packet.writeUInt16BE(0xffff, 14);
  packet.writeUInt16BE(1, 16);
  packet.writeUInt16BE(ACCEPT_LENGTH, 20);
  packet[22] = NO_SECURITY_SERVICES;
  packet[23] = NO_SECURITY_SERVICES;
  packet.writeUInt32BE(SDU, 32);
  packet.writeUInt32BE(0xffff, 36);
  return packet;
}

/** Turns a client away before it has logged on; `number` as in ORA-12514. */
export function refusePacket(number: number): Buffer {
  const reason = Buffer.from(
    `(DESCRIPTION=(TMP=)(VSNNUM=0)(ERR=${number})(ERROR_STACK=(ERROR=(CODE=${number})(EMFI=4))))`,
  );
  const packet = header(PacketType.refuse, 12 + reason.length, false);
  packet.writeUInt16BE(reason.length, 10);
  reason.copy(packet, 12);
  return packet;
}

export function markerPacket(marker: number): Buffer {
  const packet = header(PacketType.marker, 11, true);
  packet[8] = 1;
  packet[10] = marker;
  return packet;
}

/** A payload as data packets: the parts to write one after the other, without a copy of the payload. */
export function* dataPackets(payload: Buffer): Generator<Buffer> {
  const room = SDU - DATA_HEADER;
  for (let at = 0; at < payload.length; at += room) {
    const part = payload.subarray(at, at + room);
    yield header(PacketType.data, DATA_HEADER + part.length, true);
    yield part;
  }
}

export function readDataPacket(packet: Packet): { flags: number; payload: Buffer } {
  return {
    flags: packet.bytes.readUInt16BE(HEADER),
    payload: packet.bytes.subarray(DATA_HEADER),
  };
}

function header(type: number, length: number, large: boolean): Buffer {
  const packet = Buffer.alloc(type === PacketType.data ? DATA_HEADER : length);
  if (large) packet.writeUInt32BE(length, 0);
  else packet.writeUInt16BE(length, 0);
  packet[4] = type;
  return packet;
}
