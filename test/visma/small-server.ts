import {createServer, type IncomingHttpHeaders, type Server} from 'node:http';
import type {AddressInfo, Socket} from 'node:net';

/** A request as it came. */
export interface Hit {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/**
 * What is answered: JSON or raw bytes; `reset` breaks the connection, `hang` never answers, `cut` ends it half-way,
 * `drip` sends one byte after the other for ever, and `drip headers` does so before the answer has begun.
 */
export interface Reply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  readonly raw?: string | Buffer;
  readonly fate?: 'reset' | 'hang' | 'cut' | 'drip' | 'drip headers';
}

function drip(socket: Socket, begin: string): void {
  socket.write(begin);
  const timer = setInterval(() => socket.write(' '), 5);
  socket.on('close', () => clearInterval(timer));
  socket.on('error', () => clearInterval(timer));
}

/** A small http server on loopback that remembers what it was asked. */
export class SmallServer implements AsyncDisposable {
  readonly hits: Hit[] = [];
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(answer: (hit: Hit, place: number) => Reply | Promise<Reply>) {
    this.#server = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const url = new URL(request.url ?? '/', 'http://localhost');
      const hit = {
        method: request.method ?? '',
        path: url.pathname,
        query: Object.fromEntries(url.searchParams),
        headers: request.headers,
        body: Buffer.concat(chunks).toString(),
      };
      this.hits.push(hit);
      const {status = 200, headers = {}, json, raw, fate} = await answer(hit, this.hits.length);
      if (fate === 'hang') return;
      if (fate === 'reset') return void request.socket.destroy();
      if (fate === 'drip headers') return drip(request.socket, 'HTTP/1.1 200 OK\r\nx-endless: ');
      if (fate === 'drip') return drip(request.socket, 'HTTP/1.1 200 OK\r\n\r\n[');
      const body = raw ?? (json === undefined ? '' : JSON.stringify(json));
      if (fate === 'cut') {
        response.writeHead(status, {...headers, 'content-length': String(Buffer.byteLength(body) + 10)});
        return void response.write(body, () => request.socket.destroy());
      }
      response.writeHead(status, {'content-type': 'application/json', ...headers}).end(body);
    });
    this.#server.on('connection', socket => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
  }

  /** Opens a server; `place` counts its requests from 1. */
  static async open(answer: (hit: Hit, place: number) => Reply | Promise<Reply>): Promise<SmallServer> {
    const small = new SmallServer(answer);
    await new Promise<void>(resolve => {
      small.#server.listen(0, '127.0.0.1', resolve);
    });
    return small;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>(resolve => {
      this.#server.close(() => resolve());
    });
  }
}
