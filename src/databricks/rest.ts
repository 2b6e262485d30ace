import {SyncError} from '../base/errors.ts';
import {isJsonObject, type JsonObject, parseExactJson} from '../base/exact-json.ts';
import type {Rest} from '../model/ports.ts';
import type {Reply} from './exchange.ts';
import type {Http} from './http.ts';

/**
 * The workspace's REST interface. The path's segments come escaped. An object that is there already is `data` with
 * status 409 among the facts, one that is not is `absent`.
 */
export function openRest(http: Http): Rest {
  return {
    request: async ({method, path, query, body}, signal) => {
      const what = `${method} ${path}`;
      if (!path.startsWith('/api/')) throw new SyncError('defect', `${what}: not a path of the REST interface`);
      const reply = await http.send(
        {
          what,
          method,
          path,
          query,
          headers: {accept: 'application/json', ...(body && {'content-type': 'application/json'})},
          ...(body && {body: JSON.stringify(body)}),
        },
        signal,
      );
      return toObject(reply, what);
    },
  };
}

function toObject({body}: Reply, what: string): JsonObject {
  const text = Buffer.from(body).toString('utf8');
  if (text.trim() === '') return {};
  try {
    const parsed = parseExactJson(text);
    if (isJsonObject(parsed)) return parsed;
  } catch {
    // Said below: what is no JSON and what is no object are the same to the caller.
  }
  throw new SyncError('protocol', `${what}: the answer is no JSON object`);
}
