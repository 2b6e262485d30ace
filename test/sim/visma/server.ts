import {createServer, type IncomingMessage, type Server, type ServerResponse} from 'node:http';
import {setTimeout as wait} from 'node:timers/promises';
import {type Api, type DataAnswer, emptyList} from './api.ts';
import type {Behaviour} from './behaviour.ts';
import {type Answer, errorAnswer, jsonAnswer} from './bodies.ts';
import {type Fault, type Faults, faultAnswer} from './faults.ts';
import {Body} from './lists.ts';
import type {Request, RequestLog} from './request-log.ts';
import type {SimClock} from './sim-clock.ts';
import type {Tokens} from './tokens.ts';

export interface Parts {
  readonly api: Api;
  readonly tokens: Tokens;
  readonly faults: Faults;
  readonly log: RequestLog;
  readonly clock: SimClock;
  readonly behaviour: Behaviour;
  readonly companyOfTenant: (tenantId: string | null) => string | undefined;
  readonly control: (method: string, url: URL, body: string) => Answer;
}

/** The HTTP side: reads a request, lets the faults have their way, sends what is left. */
export function makeServer(parts: Parts): Server {
  return createServer((request, response) => {
    handle(parts, request, response).catch((thrown: unknown) => {
      if (response.headersSent) {
        response.destroy();
        return;
      }
      const text = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : 'unknown';
      send(response, errorAnswer(500, {shape: 'text', text: `the simulator failed: ${text}`}), {zip: false});
    });
  });
}

interface Incoming {
  readonly request: IncomingMessage;
  readonly url: URL;
  readonly body: string;
}

async function handle(parts: Parts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://simulator');
  const body = request.method === 'GET' ? '' : await readAll(request);
  response.sendDate = false;
  response.setHeader('date', parts.clock.now().toUTCString());
  if (url.pathname.startsWith('/_control')) {
    return send(response, parts.control(request.method ?? 'GET', url, body), {zip: false});
  }
  const entry = parts.log.open(described(parts, {request, url, body}));
  const faults = parts.faults.of(entry);
  entry.faults = faults.map(({kind}) => kind);
  await answered(parts, {entry, faults, response, incoming: {request, url, body}});
}

interface Meeting {
  readonly entry: Request;
  readonly faults: readonly Fault[];
  readonly response: ServerResponse;
  readonly incoming: Incoming;
}

async function answered(parts: Parts, {entry, faults, response, incoming}: Meeting): Promise<void> {
  const zip = parts.behaviour.gzip && /\bgzip\b/.test(String(incoming.request.headers['accept-encoding'] ?? ''));
  const early = faults.find(fault => (fault.kind === 'answer' || fault.kind === 'reset') && fault.when !== 'after');
  for (const fault of faults) {
    if (fault.kind === 'slow') await wait(fault.ms, undefined, {ref: false});
    if (fault.kind === 'run' && fault.when !== 'after') await fault.action(entry);
  }
  if (early) return strike(early, {entry, response});
  if (faults.some(({kind}) => kind === 'same page')) turnBack(incoming.url);
  const answer = faults.some(({kind}) => kind === 'empty') ? emptyList() : answerTo(parts, incoming);
  for (const fault of faults) if (fault.kind === 'run' && fault.when === 'after') await fault.action(entry);
  const late = faults.find(({kind}) => kind === 'answer' || kind === 'reset' || kind === 'truncate' || kind === 'cut');
  if (late) return strike(late, {entry, response, answer});
  return send(response, answer, {zip, entry});
}

function answerTo({api, tokens}: Parts, {request, url, body}: Incoming): DataAnswer {
  if (url.pathname === '/connect/token') {
    if (request.method !== 'POST') return jsonAnswer(405, {error: 'invalid_request'});
    return tokens.mint(new URLSearchParams(body), request.headers['content-type']);
  }
  return api.answer({
    method: request.method ?? 'GET',
    path: url.pathname,
    query: url.searchParams,
    authorization: request.headers.authorization,
    companyHeader: headerText(request, 'ipp-company-id'),
    background: headerText(request, 'erp-api-background'),
  });
}

/** The request without its secrets: no header and no form. */
function described({tokens, clock, companyOfTenant}: Parts, {request, url, body}: Incoming) {
  const grant = tokens.grantOf(request.headers.authorization);
  const ofGrant = 'company' in grant ? grant.company?.id : undefined;
  const ofForm =
    url.pathname === '/connect/token' ? companyOfTenant(new URLSearchParams(body).get('tenant_id')) : undefined;
  return {
    at: clock.now().toISOString(),
    method: request.method ?? 'GET',
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    company: ofGrant ?? ofForm,
    ...(headerText(request, 'erp-api-background') !== undefined && {background: true}),
  };
}

function turnBack(url: URL): void {
  const page = Number(url.searchParams.get('pageNumber') ?? '1');
  url.searchParams.set('pageNumber', String(Math.max(1, page - 1)));
}

interface Stricken {
  readonly entry: Request;
  readonly response: ServerResponse;
  readonly answer?: DataAnswer;
}

function strike(fault: Fault, {entry, response, answer}: Stricken): void {
  if (fault.kind === 'answer') {
    send(response, faultAnswer(fault), {zip: false, entry});
  } else if (fault.kind === 'reset' || !answer) {
    response.socket?.resetAndDestroy();
  } else {
    strikeBody(fault, {entry, response, answer});
  }
}

function strikeBody(fault: Fault, {entry, response, answer}: Stricken & {readonly answer: DataAnswer}): void {
  const whole = bytesOf(answer);
  const half = whole.subarray(0, Math.floor(whole.length / 2));
  if (fault.kind === 'truncate') {
    send(response, {...answer, body: half}, {zip: false, entry});
    return;
  }
  response.writeHead(answer.status, {...answer.headers, 'content-length': whole.length});
  response.write(half, () => response.socket?.destroy());
}

const bytesOf = ({body}: DataAnswer): Buffer =>
  body instanceof Body ? body.plain : typeof body === 'string' ? Buffer.from(body, 'utf8') : body;

function send(response: ServerResponse, answer: DataAnswer, {zip, entry}: {zip: boolean; entry?: Request}): void {
  const plain = bytesOf(answer);
  const zipped = zip && answer.body instanceof Body ? answer.body.zipped : undefined;
  const encoding = zipped ? {'content-encoding': 'gzip', vary: 'Accept-Encoding'} : {};
  if (entry) {
    entry.status = answer.status;
    entry.bytes = plain.length;
  }
  response.writeHead(answer.status, {...answer.headers, ...encoding, 'content-length': (zipped ?? plain).length});
  response.end(zipped ?? plain);
}

const headerText = (request: IncomingMessage, name: string): string | undefined => {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
};

async function readAll(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
