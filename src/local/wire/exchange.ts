import type {IncomingMessage, ServerResponse} from 'node:http';

/** One request, and how it is answered. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly method: string;
  /** The path's parts, unescaped. */
  readonly segments: readonly string[];
  readonly query: URLSearchParams;
}

/** What a request fails with: a status, and Databricks' JSON of an error. */
export class RestError extends Error {
  override readonly name = 'RestError';
  readonly status: number;
  readonly body: object;

  constructor(status: number, errorCode: string, message: string, details: readonly object[] = []) {
    super(message);
    this.status = status;
    this.body = {error_code: errorCode, message, ...(details.length > 0 ? {details} : {})};
  }
}

export function answerJson({response}: Pick<Exchange, 'response'>, status: number, body: object): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {'content-type': 'application/json', 'content-length': Buffer.byteLength(text)});
  response.end(text);
}

export function answerEmpty({response}: Pick<Exchange, 'response'>, status: number, headers: object = {}): void {
  response.writeHead(status, {...headers});
  response.end();
}

export async function readBody({request}: Pick<Exchange, 'request'>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}

export async function readJson(exchange: Pick<Exchange, 'request'>): Promise<Readonly<Record<string, unknown>>> {
  try {
    const body: unknown = JSON.parse((await readBody(exchange)).toString('utf8'));
    if (typeof body === 'object' && body !== null) return {...body};
  } catch {
    // Falls through to the one refusal of a body.
  }
  throw new RestError(400, 'MALFORMED_REQUEST', 'The body is no JSON object');
}

/** Whether the path has this form, `*` standing for any one part. */
export const fits = ({segments}: Pick<Exchange, 'segments'>, form: string): boolean => {
  const parts = form.split('/');
  return parts.length === segments.length && parts.every((part, index) => part === '*' || part === segments[index]);
};
