import type { Socket } from 'node:net';
import { formatError, redact } from '@dolphinstage/common';
import { broken } from '../ttc/reader';
import { readConnectData, serviceName } from './connect-data';
import {
  acceptPacket,
  DataFlag,
  dataPackets,
  Marker,
  markerPacket,
  PacketReader,
  PacketType,
  readDataPacket,
  refusePacket,
  type Packet,
} from './packets';

/** The listener knows no such service: ORA-12514. */
const UNKNOWN_SERVICE = 12514;
/** More than any statement with its values needs. */
const LONGEST_REQUEST = 64 * 1024 * 1024;

/** What stands behind a connection: it answers one request at a time. */
export interface RequestHandler {
  /** `send` resolves when there is room for more; false: nobody waits for the answer any more. */
  handle(request: Buffer, send: (payload: Buffer) => Promise<boolean>): Promise<void>;
  /** The client has stopped waiting for the current request. */
  cancel(): void;
  /** The answer to a request that was cancelled. */
  cancelled(): Promise<Buffer>;
  /** The connection has ended. */
  close(): Promise<void>;
}

/** The network layer of one client: connecting, packets, breaks, and flow control. */
export class Connection {
  private readonly reader = new PacketReader();
  private phase: 'connect' | 'connectData' | 'requests' = 'connect';
  private parts: Buffer[] = [];
  private partsLength = 0;
  /** From the client's break to its reset: whatever comes and goes between them is void. */
  private breaking = false;
  private current: Promise<void> = Promise.resolve();

  constructor(
    private readonly socket: Socket,
    private readonly service: string,
    private readonly handler: RequestHandler,
  ) {
    socket.setNoDelay(true);
    socket.on('data', chunk => this.receive(chunk));
    // A client that vanishes is everyday business; 'close' follows.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      handler.cancel();
      this.enqueue(() => handler.close());
    });
  }

  /** Resolves when the last request and the clean-up after it are done. */
  async ended(): Promise<void> {
    this.socket.destroy();
    await this.current;
  }

  private receive(chunk: Buffer): void {
    try {
      for (const packet of this.reader.push(chunk)) this.onPacket(packet);
    } catch (error) {
      this.fail(error);
    }
  }

  private onPacket(packet: Packet): void {
    if (packet.type === PacketType.connect) {
      const data = readConnectData(packet);
      if (data === undefined) this.phase = 'connectData';
      else this.connect(data);
    } else if (packet.type === PacketType.marker) {
      this.onMarker(packet.bytes.at(-1));
    } else if (packet.type === PacketType.data) {
      const { flags, payload } = readDataPacket(packet);
      if (this.phase === 'connectData') this.connect(payload.toString('ascii'));
      else this.onData(flags, payload);
    } else {
      throw broken(`a packet of type ${packet.type}`);
    }
  }

  private connect(connectData: string): void {
    if (serviceName(connectData)?.toUpperCase() !== this.service.toUpperCase()) {
      this.socket.end(refusePacket(UNKNOWN_SERVICE));
      return;
    }
    this.phase = 'requests';
    this.reader.largeLengths = true;
    this.socket.write(acceptPacket());
  }

  private onData(flags: number, payload: Buffer): void {
    if (flags & DataFlag.endOfFile) {
      this.socket.end();
      return;
    }
    if (this.breaking) return;
    this.parts.push(payload);
    this.partsLength += payload.length;
    if (this.partsLength > LONGEST_REQUEST)
      throw broken(`more than ${LONGEST_REQUEST} bytes at once`);
    if (!(flags & DataFlag.endOfRequest)) return;
    const request = Buffer.concat(this.parts);
    this.forgetParts();
    this.enqueue(() => this.handler.handle(request, answer => this.send(answer)));
  }

  private onMarker(marker: number | undefined): void {
    if (marker === Marker.reset) {
      this.enqueue(async () => {
        this.breaking = false;
        const answer = await this.handler.cancelled();
        this.socket.write(markerPacket(Marker.reset));
        await this.send(answer);
      });
    } else if (!this.breaking) {
      this.breaking = true;
      this.forgetParts();
      this.handler.cancel();
      this.socket.write(markerPacket(Marker.break));
    }
  }

  private async send(payload: Buffer): Promise<boolean> {
    if (this.breaking || this.socket.destroyed) return false;
    this.socket.cork();
    for (const part of dataPackets(payload)) this.socket.write(part);
    this.socket.uncork();
    if (this.socket.writableNeedDrain) await drained(this.socket);
    return !this.breaking && !this.socket.destroyed;
  }

  private forgetParts(): void {
    this.parts = [];
    this.partsLength = 0;
  }

  private enqueue(work: () => Promise<void>): void {
    this.current = this.current.then(work).catch(error => this.fail(error));
  }

  private fail(error: unknown): void {
    process.stderr.write(`${redact(formatError(error))}\n`);
    this.socket.destroy();
  }
}

function drained(socket: Socket): Promise<void> {
  return new Promise(resolve => {
    const done = () => {
      socket.off('drain', done);
      socket.off('close', done);
      resolve();
    };
    socket.on('drain', done);
    socket.on('close', done);
  });
}
