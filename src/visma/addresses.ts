import {SyncError} from '../base/errors.ts';

const loopback = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/**
 * An address that credentials may be sent to: https, or http on loopback.
 * @throws SyncError `configuration`, naming the key of the configuration
 */
export function safeAddress(text: string, key: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url) throw new SyncError('configuration', `${key} is not a URL`);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && loopback.test(url.hostname))) {
    throw new SyncError('configuration', `${key} has to begin with https://`, {facts: {host: url.host}});
  }
  if (url.username !== '' || url.password !== '') {
    throw new SyncError('configuration', `${key} carries credentials; they belong to client_id and client_secret`);
  }
  return url;
}

/** An endpoint under the API's address, whose own path is kept, with its parameters escaped. */
export function endpointUrl(api: URL, endpoint: string, query: Readonly<Record<string, string>>): URL {
  const url = new URL(api);
  url.pathname = `${api.pathname.replace(/\/$/, '')}${endpoint}`;
  url.search = new URLSearchParams(query).toString();
  return url;
}
