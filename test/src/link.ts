import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** Where a link is cut by itself: see {@link Link.cutAt}. */
export interface CutPoint {
  /** The piece of what the client sends, from 1 on, at which it is cut. */
  readonly piece: number;
  /** Whether that piece still arrives, so that only its answer is lost. */
  readonly arrives: boolean;
}

/** The way to a server, which can be cut, or freeze: then connections stay and nothing comes through. */
export class Link {
  private readonly sockets = new Set<Socket>();
  private state: 'open' | 'frozen' | 'cut' = 'open';
  private cutPoint?: CutPoint;
  private pieces = 0;

  private constructor(private readonly server: Server) {}

  static async to(host: string, port: number): Promise<Link> {
    const server = createServer();
    const link = new Link(server);
    server.on('connection', socket => link.join(socket, connect(port, host)));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return link;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** How many pieces clients have sent since it was mended, over all connections. */
  get passed(): number {
    return this.pieces;
  }

  get isCut(): boolean {
    return this.state === 'cut';
  }

  freeze(): void {
    this.state = 'frozen';
    for (const socket of this.sockets) socket.pause();
  }

  cut(): void {
    this.state = 'cut';
    for (const socket of this.sockets) socket.destroy();
  }

  /** Is cut as soon as clients have sent so much, counted from now on. */
  cutAt(point: CutPoint): void {
    this.pieces = 0;
    this.cutPoint = point;
  }

  /** Open again; a cut that hasn't come doesn't come any more. */
  mend(): void {
    this.state = 'open';
    this.cutPoint = undefined;
    this.pieces = 0;
    for (const socket of this.sockets) socket.resume();
  }

  close(): void {
    this.cut();
    this.server.close();
  }

  private join(near: Socket, far: Socket): void {
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      this.sockets.add(from);
      from.on('data', bytes => {
        if (from === near && this.cutsNow()) {
          this.sever(far, bytes);
        } else {
          to.write(bytes);
        }
      });
      from.on('error', () => to.destroy());
      from.on('close', () => {
        this.sockets.delete(from);
        to.destroy();
      });
      if (this.state === 'frozen') from.pause();
    }
    if (this.state === 'cut') near.destroy();
  }

  private cutsNow(): boolean {
    this.pieces += 1;
    return this.pieces === this.cutPoint?.piece;
  }

  /** Cut in the middle: of the last piece the server may still have heard. */
  private sever(far: Socket, bytes: Buffer | string): void {
    if (!this.cutPoint?.arrives) {
      this.cut();
      return;
    }
    // Its near end is closed only when this is on its way: closing that closes this one, too.
    far.write(bytes, () => this.cut());
  }
}
