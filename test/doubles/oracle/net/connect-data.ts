import type { Packet } from './packets';

const LENGTH_AT = 24;
const OFFSET_AT = 26;

/**
 * The connect data of a connect packet, or undefined where it is too long for it: then it comes in a data
 * packet of its own.
 */
export function readConnectData(packet: Packet): string | undefined {
  const length = packet.bytes.readUInt16BE(LENGTH_AT);
  const offset = packet.bytes.readUInt16BE(OFFSET_AT);
  if (offset + length > packet.bytes.length) return undefined;
  return packet.bytes.toString('ascii', offset, offset + length);
}

/** The service that a connect descriptor names. */
export function serviceName(connectData: string): string | undefined {
  return /\(\s*SERVICE_NAME\s*=\s*([^)\s]+)\s*\)/i.exec(connectData)?.[1];
}
