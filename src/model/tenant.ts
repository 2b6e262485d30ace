const guid = /^([\da-f]{8})-?([\da-f]{4})-?([\da-f]{4})-?([\da-f]{4})-?([\da-f]{12})$/i;

/**
 * A tenant's id in its one spelling. It is a GUID, so case, braces, hyphens and the spaces around it do not count. A
 * text that is no GUID keeps its case.
 */
export function tenantOf(text: string): string {
  const bare = text
    .replace(/^[\s\uFEFF]+|[\s\uFEFF]+$/g, '')
    .replace(/^\{(.*)\}$/, '$1')
    .trim();
  const parts = guid.exec(bare)?.slice(1);
  return parts ? parts.join('-').toLowerCase() : bare;
}

/** Whether two texts name one tenant. Tables, mirrors and manifests of earlier versions hold any spelling. */
export const isSameTenant = (one: string, other: string): boolean => tenantOf(one) === tenantOf(other);
