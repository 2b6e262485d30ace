import {z} from 'zod';
import type {Clock} from '../base/clock.ts';
import {type Facts, SyncError} from '../base/errors.ts';
import {isJsonObject} from '../base/exact-json.ts';
import {Secret} from '../base/secret.ts';
import type {Company} from '../model/pass.ts';
import {HeavyPage} from './heavy-page.ts';
import {faultError, jsonOf} from './refusals.ts';
import {SharedFlight} from './shared-flight.ts';
import type {Answer, Wire} from './wire.ts';

export interface TokenOptions {
  readonly clientId: Secret;
  readonly clientSecret: Secret;
  readonly scope: string;
  readonly tokenUrl: URL;
  readonly clock: Clock;
}

/** Held until a little before its end: the last tenth of its life, a minute at most, is left to calls under way. */
interface HeldToken {
  readonly token: Secret;
  readonly renewAtMs: number;
}

/** A token is one run of visible characters, or it cannot stand in a header. Lives are configurable at the vendor. */
const tokenAnswer = z.object({
  access_token: z.string().regex(/^[\x21-\x7e]+$/),
  expires_in: z.coerce.number().positive().default(300),
});

const approved =
  'Check tenant_id, and that the integration is approved for this company in Visma App Store: an approval in ' +
  'Developer Portal alone is not enough.';

/** What to do about an error code of RFC 6749 or of the vendor. */
const remedies: Readonly<Record<string, string>> = {
  invalid_client: 'The client is not known or its secret is wrong: check client_id and client_secret.',
  invalid_scope:
    'This company has not approved the scope vismanet_erp_service_api:read: let its administrator approve the ' +
    'integration in Visma App Store. An approval in Developer Portal alone is not enough.',
  invalid_tenant:
    'There is no such tenant: check tenant_id of this company. Visma App Store shows it beside the company.',
  unauthorized_client:
    'The client may have no token for this tenant: check tenant_id, that the integration is approved for the company ' +
    'in Visma App Store, and that it is a service integration.',
  unsupported_grant_type: 'The client is of another type: register it in Developer Portal as a service integration.',
  invalid_grant: approved,
  invalid_request: approved,
  access_denied: approved,
};

/** The vendor's word for a refusal, if it looks like an error code. Any other text may hold what nobody should log. */
const errorCode = /^[a-z]{2,20}(?:_[a-z]{2,20}){1,4}$/;

/**
 * Tokens by client credentials, one for each tenant: a token is for one tenant, there is no refresh token. Each is
 * held and renewed early; of many who ask at once one asks the endpoint.
 */
export class Tokens {
  readonly #options: TokenOptions;
  readonly #wire: Wire;
  readonly #held = new Map<string, HeldToken>();
  readonly #flights = new Map<string, SharedFlight<Secret>>();

  constructor(options: TokenOptions, wire: Wire) {
    this.#options = options;
    this.#wire = wire;
  }

  /** @throws SyncError `credentials`, `transient`, `protocol`; tries once, for whoever calls tries again */
  of(company: Company, signal?: AbortSignal): Promise<Secret> {
    const held = this.#held.get(company.tenantId);
    if (held && this.#options.clock.monotonicMs() < held.renewAtMs) return Promise.resolve(held.token);
    const flight = this.#flights.get(company.tenantId);
    if (flight?.open) return flight.join(signal);
    const started = new SharedFlight<Secret>(shared => this.#mint(company, shared));
    this.#flights.set(company.tenantId, started);
    return started.join(signal);
  }

  /** A data call was answered 401 with this token: it is not used again. A newer one stays. */
  refuse(company: Company, token: Secret): void {
    if (this.#held.get(company.tenantId)?.token === token) this.#held.delete(company.tenantId);
  }

  async #mint(company: Company, signal: AbortSignal): Promise<Secret> {
    const {clock} = this.#options;
    const askedMs = clock.monotonicMs();
    const answer = await this.#ask(company, signal);
    if (answer.status !== 200) throw tokenRefusal(answer, company);
    const parsed = tokenAnswer.safeParse(jsonOf(answer.body));
    if (!parsed.success) {
      const facts = {company: company.id, status: answer.status};
      throw new SyncError('protocol', `the token endpoint gave no token for company ${company.id}`, {facts});
    }
    const token = new Secret(parsed.data.access_token);
    const lifeMs = parsed.data.expires_in * 1000;
    this.#held.set(company.tenantId, {token, renewAtMs: askedMs + lifeMs - Math.min(60_000, lifeMs / 10)});
    return token;
  }

  async #ask(company: Company, signal: AbortSignal): Promise<Answer> {
    const {clientId, clientSecret, scope, tokenUrl} = this.#options;
    const form = {
      grant_type: 'client_credentials',
      client_id: clientId.reveal(),
      client_secret: clientSecret.reveal(),
      scope,
      tenant_id: company.tenantId,
    };
    try {
      return await this.#wire.send({url: tokenUrl, headers: {accept: 'application/json'}, form, company, signal});
    } catch (thrown) {
      // A slow token says nothing about the size of pages.
      if (thrown instanceof HeavyPage) throw new SyncError('transient', thrown.message, {facts: thrown.facts});
      throw thrown;
    }
  }
}

function tokenRefusal(answer: Answer, company: Company): SyncError {
  const body = jsonOf(answer.body);
  const known = faultError(body, {company, endpoint: 'the token endpoint'});
  if (known?.kind === 'credentials') return known;
  const said = isJsonObject(body) && typeof body['error'] === 'string' ? body['error'] : '';
  const word = errorCode.test(said) ? said : undefined;
  const hint = remedies[word ?? ''];
  const facts: Facts = {
    company: company.id,
    status: answer.status,
    ...(word === undefined ? {} : {error: word}),
  };
  const message = `the token endpoint answered ${[answer.status, word].join(' ').trim()} for company ${company.id}`;
  const {status, rate} = answer;
  if (status === 408 || status === 429 || status >= 500) {
    const {retryAfterMs} = rate;
    return new SyncError('transient', message, {facts, ...(retryAfterMs === undefined ? {} : {retryAfterMs})});
  }
  if (status === 400 || status === 401 || status === 403) {
    return new SyncError('credentials', message, {
      facts,
      hint: hint ?? 'Check client_id, client_secret and tenant_id.',
    });
  }
  return new SyncError('configuration', message, {facts, hint: 'Check token_url: no token endpoint answers there.'});
}
