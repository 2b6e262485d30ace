import type {Clock} from '../../base/clock.ts';
import type {Random} from '../../base/random.ts';
import {answerJson, type Exchange, fits, RestError, readBody} from './exchange.ts';

export interface Credentials {
  readonly clientId: string;
  readonly clientSecret: string;
}

export interface TokenOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly accepted: Credentials;
  readonly lifeSeconds: number;
}

/** The workspace's OIDC endpoint: client credentials against tokens that run out, by the clock that is handed in. */
export class Tokens {
  readonly #options: TokenOptions;
  /** When each token ends, in milliseconds since 1970. */
  readonly #ends = new Map<string, number>();

  constructor(options: TokenOptions) {
    this.#options = options;
  }

  /** Answers what needs no token; false where the request is for something else. */
  async answer(exchange: Exchange, host: string): Promise<boolean> {
    if (fits(exchange, 'oidc/.well-known/oauth-authorization-server') && exchange.method === 'GET') {
      answerJson(exchange, 200, {
        issuer: `${host}/oidc`,
        authorization_endpoint: `${host}/oidc/v1/authorize`,
        token_endpoint: `${host}/oidc/v1/token`,
        grant_types_supported: ['client_credentials'],
        scopes_supported: ['all-apis'],
        token_endpoint_auth_methods_supported: ['client_secret_basic'],
      });
      return true;
    }
    if (!fits(exchange, 'oidc/v1/token') || exchange.method !== 'POST') return false;
    const form = new URLSearchParams((await readBody(exchange)).toString('utf8'));
    const {status, body} = this.#grant(exchange.request.headers.authorization, form);
    answerJson(exchange, status, body);
    return true;
  }

  #grant(authorization: string | undefined, form: URLSearchParams): {status: number; body: object} {
    const {accepted, random, clock, lifeSeconds} = this.#options;
    const basic = /^Basic (.+)$/i.exec(authorization ?? '')?.[1] ?? '';
    const [id, ...secret] = Buffer.from(basic, 'base64').toString('utf8').split(':');
    if (formDecoded(id ?? '') !== accepted.clientId || formDecoded(secret.join(':')) !== accepted.clientSecret) {
      return {status: 401, body: {error: 'invalid_client', error_description: 'Client authentication failed'}};
    }
    if (form.get('grant_type') !== 'client_credentials') return {status: 400, body: {error: 'unsupported_grant_type'}};
    if (form.get('scope') !== 'all-apis') return {status: 400, body: {error: 'invalid_scope'}};
    const token = `local-${this.#ends.size}-${random.id()}${random.id()}`;
    this.#ends.set(token, clock.now().getTime() + lifeSeconds * 1000);
    return {
      status: 200,
      body: {access_token: token, token_type: 'Bearer', expires_in: lifeSeconds, scope: 'all-apis'},
    };
  }

  /** Throws 401 unless the request bears a token that has not run out. */
  check({request}: Exchange): void {
    const token = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
    if (token === undefined) throw new RestError(401, 'UNAUTHENTICATED', 'Credential was not sent');
    const end = this.#ends.get(token);
    if (end === undefined) throw new RestError(401, 'UNAUTHENTICATED', 'Invalid access token');
    if (end <= this.#options.clock.now().getTime())
      throw new RestError(401, 'UNAUTHENTICATED', 'The token has expired');
  }
}

/** RFC 6749 has id and secret form-encoded inside of Basic; a client that leaves it sends them as they are. */
function formDecoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}
