import {createServer, type Server} from 'node:http';
import {type AddressInfo, connect, type Socket} from 'node:net';

/** A proxy of a company: it tunnels, remembers for whom, and alone finds the host behind 127.0.0.9. */
export class ForwardProxy {
  readonly seen: string[] = [];
  /** The status with which it refuses every tunnel. */
  refuse: number | undefined;
  readonly #server: Server;
  readonly #expected: string | undefined;

  private constructor(password: string | undefined) {
    this.#expected = password && `Basic ${Buffer.from(`user:${password}`).toString('base64')}`;
    this.#server = createServer((request, response) => {
      this.seen.push(`${request.method} ${request.url}`);
      response.writeHead(502).end();
    });
    this.#server.on('connect', (request, socket: Socket) => {
      this.seen.push(`CONNECT ${request.url}`);
      socket.on('error', () => socket.destroy());
      const isKnown = this.#expected === undefined || request.headers['proxy-authorization'] === this.#expected;
      const status = isKnown ? this.refuse : 407;
      if (status !== undefined) return void socket.end(`HTTP/1.1 ${status} No\r\n\r\n`);
      tunnel(socket, request.url ?? '');
    });
  }

  /** With a password it asks for `user` and that password. */
  static async listen({password}: {password?: string} = {}): Promise<ForwardProxy> {
    const proxy = new ForwardProxy(password);
    await new Promise<void>(resolve => {
      proxy.#server.listen(0, '127.0.0.1', resolve);
    });
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}

function tunnel(socket: Socket, address: string): void {
  const [host = '', port = '443'] = address.split(':');
  const far = connect(Number(port), host === '127.0.0.9' ? '127.0.0.1' : host, () => {
    socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
    far.pipe(socket);
    socket.pipe(far);
  });
  far.on('error', () => socket.destroy());
  socket.on('close', () => far.destroy());
}
