import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** The way to a server, which can be cut, or freeze: then connections stay and nothing comes through. */
export class Link {
  private readonly sockets = new Set<Socket>();
  private state: 'open' | 'frozen' | 'cut' = 'open';

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

  freeze(): void {
    this.state = 'frozen';
    for (const socket of this.sockets) socket.pause();
  }

  cut(): void {
    this.state = 'cut';
    for (const socket of this.sockets) socket.destroy();
  }

  mend(): void {
    this.state = 'open';
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
      from.on('data', bytes => to.write(bytes));
      from.on('error', () => to.destroy());
      from.on('close', () => {
        this.sockets.delete(from);
        to.destroy();
      });
      if (this.state === 'frozen') from.pause();
    }
    if (this.state === 'cut') near.destroy();
  }
}
