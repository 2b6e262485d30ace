import {type AgentOptions, Agent as HttpAgent, setGlobalProxyFromEnv} from 'node:http';
import {Agent as HttpsAgent} from 'node:https';
import {SyncError} from './errors.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** A proxy without its user and password, and the variable that names it. */
interface Proxy {
  readonly variable: string;
  readonly url: URL;
}

/** Never sent through a proxy: this machine itself, where a local workspace listens. */
const ownAddresses = ['localhost', '127.0.0.1', '[::1]', '::1'];
/** As long as Node's own agent keeps a socket that nobody uses. Through a proxy this bounds opening the tunnel, too. */
const directSocketMs = 5_000;
const proxiedSocketMs = 30_000;

/**
 * The way out of this machine: directly, or through the proxies that HTTPS_PROXY, HTTP_PROXY and NO_PROXY name, in
 * either case; lower case wins. Every client takes its agents from here, so that none of them goes another way.
 */
export class Network {
  readonly #proxies: readonly Proxy[];
  readonly #proxyEnv: Readonly<Record<string, string>>;
  /** For clients that share their connections. */
  readonly agents: {readonly http: HttpAgent; readonly https: HttpsAgent};

  /** @throws SyncError `configuration` for a proxy that is no address of http or https */
  constructor(environment: Environment = {}) {
    const [https, http] = [proxyIn('https_proxy', environment), proxyIn('http_proxy', environment)];
    this.#proxies = [https, http].filter(proxy => proxy !== undefined);
    const exempt = [variableOf('no_proxy', environment)?.value, ...ownAddresses].filter(Boolean).join(',');
    this.#proxyEnv = {
      ...(https && {https_proxy: https.url.href}),
      ...(http && {http_proxy: http.url.href}),
      ...(this.#proxies.length > 0 && {no_proxy: exempt}),
    };
    const options: AgentOptions = {
      keepAlive: true,
      scheduling: 'lifo',
      timeout: this.#proxies.length > 0 ? proxiedSocketMs : directSocketMs,
    };
    this.agents = {http: this.#plainAgent(options), https: this.#secureAgent(options)};
  }

  /** Sends what packages ask for by themselves the same way: they take no agent. */
  useForPackages(): void {
    if (this.#proxies.length > 0) setGlobalProxyFromEnv(this.#proxyEnv);
  }

  /** An agent for one client alone, which may destroy it. */
  agentFor(protocol: string, options: AgentOptions): HttpAgent | HttpsAgent {
    return protocol === 'https:' ? this.#secureAgent(options) : this.#plainAgent(options);
  }

  #plainAgent(options: AgentOptions): HttpAgent {
    return new HttpAgent({...options, proxyEnv: this.#proxyEnv});
  }

  /** Verifies certificates, whatever NODE_TLS_REJECT_UNAUTHORIZED says. */
  #secureAgent(options: AgentOptions): HttpsAgent {
    return new HttpsAgent({...options, proxyEnv: this.#proxyEnv, rejectUnauthorized: true});
  }

  /** What a failure says of the proxy on the way to `host`; undefined if it says nothing of one. */
  proxyFailure(thrown: unknown, {what, host}: {readonly what: string; readonly host: string}): SyncError | undefined {
    const [first] = this.#proxies;
    if (!first) return undefined;
    const said = messagesOf(thrown);
    const tunnel = /(?:establish(?: proxy)? tunnel|ERR_PROXY_TUNNEL)/.test(said);
    if (tunnel) return refusedTunnel(first, {what, host, status: Number(/HTTP\/1\.[01] (\d{3})/.exec(said)?.[1])});
    const [, code = '', where = ''] = /\b(E[A-Z_]+) (\S+)/.exec(said) ?? [];
    const proxy = this.#proxies.find(({url}) => isAt(where, url));
    return proxy && unreachable(proxy, {what, host, code});
  }
}

interface Tried {
  readonly what: string;
  readonly host: string;
}

function refusedTunnel({variable, url}: Proxy, {what, host, status}: Tried & {readonly status: number}): SyncError {
  const proxy = url.host;
  const facts = {host, proxy, ...(Number.isNaN(status) ? {} : {status})};
  if (status === 407) {
    const wanted = url.username === '' ? 'wants a user and a password' : 'does not accept the user and password';
    return new SyncError('configuration', `${what}: the proxy ${proxy} ${wanted} (407)`, {
      hint: `Write them into ${variable} as http://user:password@${proxy}, with reserved characters percent-escaped.`,
      facts,
    });
  }
  if (status >= 400 && status < 500) {
    return new SyncError('configuration', `${what}: the proxy ${proxy} refuses the way to ${host} (${status})`, {
      hint: `Let the proxy allow ${host}; or add the host to NO_PROXY if it can be reached without the proxy.`,
      facts,
    });
  }
  const how = Number.isNaN(status) ? 'gave no answer' : `answered ${status}`;
  return new SyncError('transient', `${what}: the proxy ${proxy} ${how} on the way to ${host}`, {
    hint: `Check ${variable}, and that the proxy reaches ${host}.`,
    facts,
  });
}

function unreachable({variable, url}: Proxy, {what, host, code}: Tried & {readonly code: string}): SyncError {
  const kind = code === 'ENOTFOUND' ? 'configuration' : 'transient';
  return new SyncError(kind, `${what}: the proxy ${url.host} cannot be reached (${code})`, {
    hint: `Check ${variable}: ${host} is asked for through this proxy. Unset it, or set NO_PROXY, to go without.`,
    facts: {host, proxy: url.host, code},
  });
}

/** Some clients keep only the text of what Node threw: `connect ECONNREFUSED 10.0.0.1:8080`. */
function messagesOf(thrown: unknown): string {
  const texts: string[] = [];
  for (let error = thrown; error instanceof Error; error = error.cause) {
    texts.push(error.message, 'code' in error ? String(error.code) : '');
  }
  return texts.join('\n');
}

/** An error names the address that was tried, whose port tells the proxy if its name has been resolved. */
function isAt(where: string, {hostname, port, protocol}: URL): boolean {
  const portOf = port || (protocol === 'https:' ? '443' : '80');
  return where === hostname || (/[\d\]]:\d+$/.test(where) && where.endsWith(`:${portOf}`));
}

function variableOf(name: string, environment: Environment): {variable: string; value: string} | undefined {
  const variable = [name, name.toUpperCase()].find(each => (environment[each] ?? '').trim() !== '');
  return variable === undefined ? undefined : {variable, value: environment[variable]?.trim() ?? ''};
}

function proxyIn(name: string, environment: Environment): Proxy | undefined {
  const found = variableOf(name, environment);
  if (!found) return undefined;
  const {variable, value} = found;
  const url = URL.parse(/^[a-z][a-z\d+.-]*:\/\//i.test(value) ? value : `http://${value}`);
  if (url && /^https?:$/.test(url.protocol) && url.hostname !== '') return {variable, url};
  throw new SyncError('configuration', `${variable} names no proxy that can be used`, {
    hint: `Write ${variable} as http://host:port. Proxies of SOCKS and PAC files are not supported.`,
    facts: {variable},
  });
}
