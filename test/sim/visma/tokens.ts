import {randomBytes} from 'node:crypto';
import type {Behaviour, SimCompany} from './behaviour.ts';
import {type Answer, jsonAnswer, usualError} from './bodies.ts';
import type {SimClock} from './sim-clock.ts';

export interface Client {
  readonly clientId: string;
  readonly clientSecret: string;
}

/** What a token stands for. Without a company its tenant has no licence. */
export interface Grant {
  readonly clientId: string;
  readonly company: SimCompany | undefined;
  readonly mayRead: boolean;
  readonly expiresAtMs: number;
}

/** Visma Connect: client credentials for one tenant, tokens that run out by the simulator's clock. */
export class Tokens {
  readonly #client: Client;
  readonly #companies: readonly SimCompany[];
  readonly #clock: SimClock;
  readonly #behaviour: Behaviour;
  readonly #grants = new Map<string, Grant>();

  constructor(
    client: Client,
    {companies, clock, behaviour}: {companies: readonly SimCompany[]; clock: SimClock; behaviour: Behaviour},
  ) {
    this.#client = client;
    this.#companies = companies;
    this.#clock = clock;
    this.#behaviour = behaviour;
  }

  /** Answers POST /connect/token; the credentials and the tenant stand in the form. */
  mint(form: URLSearchParams, contentType: string | undefined): Answer {
    if (!contentType?.startsWith('application/x-www-form-urlencoded')) return refused('invalid_request');
    if (form.get('grant_type') !== 'client_credentials') return refused('unsupported_grant_type');
    const {clientId, clientSecret} = this.#client;
    if (form.get('client_id') !== clientId || form.get('client_secret') !== clientSecret) {
      return refused('invalid_client');
    }
    const scopes = form.get('scope')?.split(' ') ?? [];
    if (scopes.length === 0 || !scopes.every(scope => offered.test(scope))) return refused('invalid_scope');
    const company = this.#companies.find(({tenantId}) => tenantId === form.get('tenant_id'));
    if (!company && (this.#behaviour.unknownTenant === 'no token' || !form.get('tenant_id'))) {
      return refused('unauthorized_client');
    }
    return this.#granted(scopes, company);
  }

  #granted(scopes: readonly string[], company: SimCompany | undefined): Answer {
    const token = randomBytes(32).toString('base64url');
    const seconds = this.#behaviour.tokenLifeSeconds;
    this.#grants.set(token, {
      clientId: this.#client.clientId,
      company,
      mayRead: scopes.includes('vismanet_erp_service_api:read'),
      expiresAtMs: this.#clock.now().getTime() + seconds * 1000,
    });
    return jsonAnswer(200, {
      access_token: token,
      expires_in: seconds,
      token_type: 'Bearer',
      scope: scopes.join(' '),
    });
  }

  /** What an Authorization header grants, or the 401 that it earns. */
  grantOf(authorization: string | undefined): Grant | Answer {
    const token = /^Bearer (\S+)$/.exec(authorization ?? '')?.[1];
    const grant = token === undefined ? undefined : this.#grants.get(token);
    return grant && grant.expiresAtMs > this.#clock.now().getTime() ? grant : usualError(401);
  }

  /** Every token given so far is worth nothing from now on. */
  revokeAll(): void {
    this.#grants.clear();
  }
}

const offered = /^vismanet_erp_service_api:(?:read|create|update|delete)$/;

const refused = (error: string): Answer => jsonAnswer(400, {error});
