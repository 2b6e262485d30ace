import {createServer, type IncomingMessage, type Server, type ServerResponse} from 'node:http';
import {createServer as createSecureServer} from 'node:https';
import type {AddressInfo} from 'node:net';
import {thrift as wire} from '@databricks/sql';
import thrift from 'thrift';
import type {Clock} from '../../base/clock.ts';
import type {Random} from '../../base/random.ts';
import {answerCatalog, type CatalogRestOptions} from './catalog-rest.ts';
import {answerJson, type Exchange, fits, RestError, readBody} from './exchange.ts';
import {answerFiles, type FilesRestOptions} from './files-rest.ts';
import type {Governance} from './governance-rest.ts';
import {ThriftService} from './thrift-service.ts';
import type {Tokens} from './tokens.ts';

export interface FrontOptions extends CatalogRestOptions, FilesRestOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly tokens: Tokens;
  readonly governance: Governance;
  readonly port: number;
  readonly tls: {readonly key: string; readonly cert: string} | undefined;
}

const keepAliveMs = 600_000;

/** The one port where the workspace answers: tokens, REST, files, and statements over Thrift. */
export class Front {
  readonly #options: FrontOptions;
  readonly #processor: InstanceType<typeof wire.TCLIService.Processor>;
  readonly #server: Server;
  host = '';

  constructor(options: FrontOptions) {
    this.#options = options;
    const service = new ThriftService(options.engine, options.random);
    this.#processor = new wire.TCLIService.Processor(service.handler());
    const answer = (request: IncomingMessage, response: ServerResponse): void => void this.#answer(request, response);
    this.#server = options.tls ? createSecureServer({...options.tls}, answer) : createServer(answer);
    // A connection closed for idleness just as a statement is sent would look like a lost answer.
    this.#server.keepAliveTimeout = keepAliveMs;
  }

  /** Listens on loopback only. */
  async open(): Promise<void> {
    const {port, tls} = this.#options;
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, '127.0.0.1', resolve);
    });
    const address = this.#server.address() as AddressInfo;
    this.host = `${tls ? 'https' : 'http'}://127.0.0.1:${address.port}`;
  }

  async close(): Promise<void> {
    const closed = new Promise(resolve => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.sendDate = false;
    response.setHeader('date', this.#options.clock.now().toUTCString());
    try {
      await this.#route(exchangeOf(request, response));
    } catch (thrown) {
      if (response.headersSent) response.destroy();
      else if (thrown instanceof RestError) answerJson({response}, thrown.status, thrown.body);
      else answerJson({response}, 500, {error_code: 'INTERNAL_ERROR', message: 'The local workspace failed'});
    }
  }

  async #route(exchange: Exchange): Promise<void> {
    const {tokens, warehouseId, governance} = this.#options;
    if (await tokens.answer(exchange, this.host)) return;
    tokens.check(exchange);
    if (fits(exchange, 'sql/1.0/warehouses/*') && exchange.method === 'POST') {
      if (exchange.segments.at(-1) !== warehouseId) {
        throw new RestError(404, 'RESOURCE_DOES_NOT_EXIST', 'The SQL warehouse does not exist');
      }
      return this.#call(exchange);
    }
    if (await answerCatalog(exchange, this.#options)) return;
    if (await answerFiles(exchange, this.#options)) return;
    if (await governance.answer(exchange)) return;
    throw new RestError(
      404,
      'ENDPOINT_NOT_FOUND',
      `No API found for '${exchange.method} /${exchange.segments.join('/')}'`,
    );
  }

  async #call(exchange: Exchange): Promise<void> {
    const body = await processed(this.#processor, await readBody(exchange));
    const {response} = exchange;
    response.writeHead(200, {'content-type': 'application/x-thrift', 'content-length': body.length});
    response.end(body);
  }
}

/** One Thrift message through the driver's own processor: binary protocol, buffered. */
function processed(processor: InstanceType<typeof wire.TCLIService.Processor>, message: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const output = new thrift.TBufferedTransport(undefined, (error, answer) => {
      // The transport calls back with the message where its types promise an error first.
      const bytes: unknown = error ?? answer;
      if (Buffer.isBuffer(bytes)) resolve(bytes);
    });
    const receive = thrift.TBufferedTransport.receiver(input => {
      processor.process(new thrift.TBinaryProtocol(input), new thrift.TBinaryProtocol(output));
    }, 0);
    try {
      receive(message);
    } catch {
      reject(new RestError(400, 'MALFORMED_REQUEST', 'The body is no Thrift message'));
    }
  });
}

/** The path is cut before it is unescaped, so that an escaped slash stays inside its part. */
function exchangeOf(request: IncomingMessage, response: ServerResponse): Exchange {
  const [path = '', search = ''] = (request.url ?? '/').split(/\?(.*)/s);
  let segments: string[];
  try {
    segments = path.slice(1).split('/').map(decodeURIComponent);
  } catch {
    throw new RestError(400, 'INVALID_PARAMETER_VALUE', 'The path is not well escaped');
  }
  return {request, response, method: request.method ?? 'GET', segments, query: new URLSearchParams(search)};
}
