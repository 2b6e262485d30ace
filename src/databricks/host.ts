import {SyncError} from '../base/errors.ts';

const loopback = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/** Whether a URL may carry credentials: over TLS, or to this machine itself. */
export const isSafeForCredentials = (url: URL): boolean =>
  url.protocol === 'https:' || (url.protocol === 'http:' && loopback.test(url.hostname));

/**
 * The workspace's address from what people write: `adb-1.azuredatabricks.net`, `https://…`, with a port, with a path
 * copied from the browser. Throws `configuration` for what is no address, and for http beyond loopback.
 */
export function toWorkspaceUrl(text: string): URL {
  const trimmed = text.trim();
  const url = URL.parse(/^[a-z]+:\/\//i.test(trimmed) ? trimmed : `https://${trimmed}`);
  if (!url || trimmed === '') {
    throw new SyncError('configuration', 'the workspace host is no address: databricks.host', {
      hint: 'Write databricks.host as https://<workspace>, as the browser shows it.',
    });
  }
  if (!isSafeForCredentials(url)) {
    throw new SyncError('configuration', `the workspace host is not spoken to without TLS: ${url.host}`, {
      hint: 'Write databricks.host with https://; http is for loopback only.',
      facts: {host: url.host},
    });
  }
  return new URL(url.origin);
}
