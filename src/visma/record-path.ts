import type {JsonObject} from '../base/exact-json.ts';
import {recordParts} from '../model/record-id.ts';
import type {Resource} from '../model/resource.ts';
import {askedProperty} from '../model/resource.ts';

/** What a gateway takes for a part of the address, or refuses as dangerous. */
const reserved = /[\p{Cc}<>*%&:\\?/#+";=@,|^`{}[\]]|^[. ]|[. ]$/u;

/** A value as a segment of a path. Reserved characters go as `b64(…)`, the vendor's own form for them. */
export function pathSegment(value: string): string {
  return reserved.test(value) ? `b64(${Buffer.from(value, 'utf8').toString('base64url')})` : encodeURIComponent(value);
}

/**
 * The path of one record by its key: `/v1/supplierInvoice/{documentType}/{referenceNumber}`. Undefined where the
 * resource has none, or the key lacks a part of it or cannot be sent.
 */
export function recordPath({detail, key}: Resource, recordId: string): string | undefined {
  const parts = recordParts(recordId);
  if (detail === undefined || !parts) return undefined;
  const values = new Map(key.map((property, index) => [property, parts[index]]));
  let complete = true;
  const path = detail.replace(/\{([^}]+)\}/g, (_, property: string) => {
    const value = values.get(property);
    if (value === undefined || value === '') complete = false;
    return pathSegment(value ?? '');
  });
  return complete ? path : undefined;
}

/** What was asked for stands beside what came, for the answer does not repeat it. */
export const withAsked = (record: JsonObject, asked: Readonly<Record<string, string>>): JsonObject =>
  Object.keys(asked).length === 0 ? record : {...record, [askedProperty]: asked};
