import {
  Agent,
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request,
  type ServerResponse,
} from 'node:http';
import type {AddressInfo} from 'node:net';

/** A request as it passed. */
export interface ProxiedCall {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly body: Buffer;
  /** The name of the Thrift call, where it is one: `ExecuteStatement`. */
  readonly thrift: string | undefined;
  /** What came of it: the status that the client saw, or how it was cut off. */
  outcome: number | 'answer dropped' | 'refused' | 'client gone' | undefined;
}

export interface Fault {
  readonly method?: string;
  /** A part of the path, or a form of it. */
  readonly path?: string | RegExp;
  /** A part of a SQL statement that is sent. */
  readonly statement?: string;
  /** The name of a Thrift call. */
  readonly thrift?: string;
  /** At which of the matching requests, from 1; every one where it is absent. */
  readonly nth?: number;
  /**
   * What happens: `drop answer` lets the effect happen and cuts the connection, `refuse` cuts it before the effect,
   * `pass` lets it through, for what `before` and `after` do; an object, or what a call gives, answers in the
   * target's place.
   */
  readonly does: 'drop answer' | 'refuse' | 'pass' | Answer | ((call: ProxiedCall) => Answer | Promise<Answer>);
  /** Awaited before the request reaches the target. */
  readonly before?: (call: ProxiedCall) => void | Promise<void>;
  /** Awaited after the target has answered, before the client hears of it. */
  readonly after?: (call: ProxiedCall) => void | Promise<void>;
}

export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

export interface FaultyProxy {
  readonly host: string;
  /** Every request so far, in order. */
  readonly calls: readonly ProxiedCall[];
  /** Adds a fault; gives what takes it away. The first that matches decides. */
  add(fault: Fault): () => void;
  /** How many requests so far match. */
  count(fault: Omit<Fault, 'does'>): number;
  close(): Promise<void>;
}

/** Asked once for each request, in the order in which they come; what it gives decides before all that was added. */
export type Choosing = (call: ProxiedCall) => Fault | undefined;

/** A loopback HTTP proxy between a client and a workspace: it loses, refuses, replaces and holds up what it is told. */
export async function startFaultyProxy(target: {
  readonly host: string;
  readonly choose?: Choosing;
}): Promise<FaultyProxy> {
  const calls: ProxiedCall[] = [];
  const faults: {fault: Fault; seen: number}[] = [];
  const agent = new Agent({keepAlive: true});
  const server = createServer((incoming, response) => void pass(incoming, response));
  server.keepAliveTimeout = 600_000;
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const host = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  function faultFor(call: ProxiedCall): Fault | undefined {
    const hits = faults.filter(({fault}) => matches(fault, call));
    for (const hit of hits) hit.seen += 1;
    return hits.find(({fault, seen}) => fault.nth === undefined || fault.nth === seen)?.fault;
  }

  async function pass(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bodyOf(incoming).catch(() => undefined);
    if (body === undefined) return;
    const {method = 'GET', url: path = '/'} = incoming;
    const call: ProxiedCall = {method, path, body, thrift: thriftName(incoming, body), outcome: undefined};
    calls.push(call);
    const chosen = target.choose?.(call);
    const fault = chosen ?? faultFor(call);
    await fault?.before?.(call);
    if (fault?.does === 'refuse') {
      call.outcome = 'refused';
      response.destroy();
      return;
    }
    if (fault && typeof fault.does !== 'string') {
      const {status, headers, body: instead} = typeof fault.does === 'function' ? await fault.does(call) : fault.does;
      call.outcome = status;
      response.writeHead(status, {...headers}).end(instead);
      return;
    }
    const answer = await forward(incoming, body).catch(() => undefined);
    await fault?.after?.(call);
    if (answer === undefined || fault?.does === 'drop answer') {
      call.outcome = 'answer dropped';
      response.destroy();
      return;
    }
    call.outcome = response.destroyed ? 'client gone' : answer.status;
    response.writeHead(answer.status, answer.headers).end(answer.body);
  }

  /** The target names itself in its OIDC document; the client shall come through here again. */
  async function forward(incoming: IncomingMessage, body: Buffer) {
    const answer = await ask(new URL(target.host), {incoming, body, agent});
    if (!incoming.url?.includes('/.well-known/')) return answer;
    const text = Buffer.from(answer.body.toString('utf8').replaceAll(target.host, host));
    return {...answer, body: text, headers: {...answer.headers, 'content-length': String(text.length)}};
  }

  return {
    host,
    calls,
    add: fault => {
      const entry = {fault, seen: 0};
      faults.push(entry);
      return () => void faults.splice(faults.indexOf(entry), 1);
    },
    count: fault => calls.filter(call => matches(fault, call)).length,
    close: async () => {
      const closed = new Promise(resolve => server.close(resolve));
      server.closeAllConnections();
      agent.destroy();
      await closed;
    },
  };
}

function matches(fault: Omit<Fault, 'does'>, {method, path, body, thrift}: ProxiedCall): boolean {
  if (fault.method !== undefined && fault.method !== method) return false;
  if (typeof fault.path === 'string' && !path.includes(fault.path)) return false;
  if (fault.path instanceof RegExp && !fault.path.test(path)) return false;
  if (fault.thrift !== undefined && fault.thrift !== thrift) return false;
  return fault.statement === undefined || (thrift === 'ExecuteStatement' && body.includes(fault.statement));
}

/** A Thrift message in the binary protocol begins with its version, the length of its name, and the name. */
function thriftName({headers}: IncomingMessage, body: Buffer): string | undefined {
  if (headers['content-type'] !== 'application/x-thrift' || body.length < 8) return undefined;
  return body.subarray(8, 8 + body.readInt32BE(4)).toString('utf8');
}

async function bodyOf(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk);
  return Buffer.concat(chunks);
}

interface Forwarded {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

function ask(
  target: URL,
  {incoming, body, agent}: {incoming: IncomingMessage; body: Buffer; agent: Agent},
): Promise<Forwarded> {
  return new Promise((resolve, reject) => {
    const {method, url, headers} = incoming;
    // The body is at hand whole: it goes with its length, whatever way it came.
    const {'transfer-encoding': _chunked, ...rest} = headers;
    const length = body.length > 0 || headers['content-length'] !== undefined ? {'content-length': body.length} : {};
    const outgoing = request(
      {hostname: target.hostname, port: target.port, method, path: url, agent, headers: {...rest, ...length}},
      answer => {
        bodyOf(answer).then(
          bytes => resolve({status: answer.statusCode ?? 502, headers: answer.headers, body: bytes}),
          reject,
        );
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}
