import {parseExactJson} from '../base/exact-json.ts';

/** The routed tables of a mapping as control.ledger_mapping records it. */
export function tablesInMapping(text: string): readonly string[] {
  const mapping = parseExactJson(text);
  const routes = typeof mapping === 'object' && mapping !== null && 'routes' in mapping ? mapping['routes'] : [];
  if (!Array.isArray(routes)) return [];
  return routes.flatMap(route => {
    const table = typeof route === 'object' && route !== null && 'table' in route ? route['table'] : undefined;
    return typeof table === 'string' ? [table] : [];
  });
}
