import {createServer, type IncomingMessage, type RequestListener, type ServerResponse} from 'node:http';
import {createServer as createTlsServer} from 'node:https';
import type {AddressInfo} from 'node:net';
import {buffer} from 'node:stream/consumers';
import type {Clock} from '../../src/base/clock.ts';

export interface Seen {
  readonly method: string;
  /** Path and query as they came. */
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

export interface Answer {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly body?: string | Uint8Array | object;
  /** Cuts the connection instead of answering. */
  readonly reset?: true;
  /** Never answers. */
  readonly hang?: true;
}

export type Answering = Answer | ((seen: Seen) => Answer | Promise<Answer>);

/** A workspace on loopback: OAuth as Databricks speaks it, and answers that a test has planned. */
export class WorkspaceServer {
  readonly seen: Seen[] = [];
  readonly #plans = new Map<string, Answering[]>();
  readonly #tokens = new Map<string, number>();
  readonly #clock: Clock;
  readonly #close: () => Promise<void>;
  readonly origin: string;
  secret = 'right';
  tokenLifeSeconds = 3600;
  tokensGiven = 0;

  private constructor(options: {origin: string; clock: Clock; close: () => Promise<void>}) {
    this.origin = options.origin;
    this.#clock = options.clock;
    this.#close = options.close;
    this.plan('GET /oidc/.well-known/oauth-authorization-server', {
      body: {
        authorization_endpoint: `${this.origin}/oidc/v1/authorize`,
        token_endpoint: `${this.origin}/oidc/v1/token`,
      },
    });
    this.plan('POST /oidc/v1/token', seen => this.#giveToken(seen));
  }

  static async listen({clock, tls}: {clock: Clock; tls?: {key: string; cert: string}}): Promise<WorkspaceServer> {
    let workspace: WorkspaceServer | undefined;
    const listener: RequestListener = (request, response) => void workspace?.answer(request, response);
    const server = tls ? createTlsServer(tls, listener) : createServer(listener);
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    const {port} = server.address() as AddressInfo;
    const close = (): Promise<void> =>
      new Promise(resolve => {
        server.closeAllConnections();
        server.close(() => resolve());
      });
    workspace = new WorkspaceServer({origin: `${tls ? 'https' : 'http'}://127.0.0.1:${port}`, clock, close});
    return workspace;
  }

  /** What a route answers, in order; the last answer stays. A route is a method and a path, the query aside. */
  plan(route: string, ...answers: Answering[]): void {
    this.#plans.set(route, answers);
  }

  /** Makes every token that was given until now one that is refused. */
  revokeTokens(): void {
    this.#tokens.clear();
  }

  /** The requests of a route, in order. */
  requests(route: string): Seen[] {
    return this.seen.filter(seen => routeOf(seen) === route);
  }

  async close(): Promise<void> {
    await this.#close();
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request).catch(() => Buffer.alloc(0));
    const seen: Seen = {method: request.method ?? '', url: request.url ?? '', headers: request.headers, body};
    this.seen.push(seen);
    const {status = 200, headers = {}, body: content = '', reset, hang} = await this.#answerTo(seen);
    if (hang) return;
    if (reset) {
      request.socket.destroy();
      return;
    }
    const raw = typeof content === 'string' || content instanceof Uint8Array;
    response.writeHead(status, {...(raw ? {} : {'content-type': 'application/json'}), ...headers});
    response.end(raw ? content : JSON.stringify(content));
  }

  async #answerTo(seen: Seen): Promise<Answer> {
    const isOpen = seen.url.startsWith('/oidc/') || seen.url.startsWith('/open/');
    if (!isOpen && !this.#isAuthorized(seen))
      return {status: 401, body: {error_code: 'UNAUTHENTICATED', message: 'no'}};
    const answers = this.#plans.get(routeOf(seen)) ?? [];
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    if (answer === undefined) return {status: 404, body: {error_code: 'NOT_FOUND', message: `nothing at ${seen.url}`}};
    return typeof answer === 'function' ? answer(seen) : answer;
  }

  #isAuthorized({headers}: Seen): boolean {
    const token = headers.authorization?.replace('Bearer ', '') ?? '';
    return (this.#tokens.get(token) ?? 0) > this.#clock.now().getTime();
  }

  #giveToken({headers}: Seen): Answer {
    if (headers.authorization !== `Basic ${Buffer.from(`robot:${this.secret}`).toString('base64')}`) {
      return {status: 401, body: {error: 'invalid_client', error_description: 'Client authentication failed'}};
    }
    return {body: {access_token: this.newToken(), token_type: 'Bearer', expires_in: this.tokenLifeSeconds}};
  }

  /** A token that this workspace will accept for as long as its tokens live. */
  newToken(): string {
    this.tokensGiven += 1;
    const token = `token-${this.tokensGiven}`;
    this.#tokens.set(token, this.#clock.now().getTime() + this.tokenLifeSeconds * 1000);
    return token;
  }
}

const routeOf = ({method, url}: Seen): string => `${method} ${url.replace(/\?.*$/, '')}`;
