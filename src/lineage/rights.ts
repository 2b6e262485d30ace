import {SyncError} from '../base/errors.ts';
import {quoteIdentifier, quoteName} from '../base/quoting.ts';

/** What a request needs, for whoever can grant it. */
export interface Right {
  /** What is not done without it. */
  readonly what: string;
  /** The statement that grants it, to somebody in the place of the dots. */
  readonly grant: string;
}

export const toCreateObjects: Right = {
  what: 'create external metadata objects',
  grant: 'GRANT CREATE EXTERNAL METADATA ON METASTORE TO `…`',
};

export const toChangeObject = (name: string): Right => ({
  what: `change the external metadata object ${name}`,
  grant: `GRANT MODIFY, MANAGE ON EXTERNAL METADATA ${quoteIdentifier(name)} TO \`…\``,
});

export const toDrawEdge = (object: string, table: string): Right => ({
  what: `draw an edge from ${object} to ${table}`,
  grant: `GRANT MODIFY ON TABLE ${quotedTable(table)} TO \`…\`, and MODIFY on the object where another made it`,
});

export const toTag = (entity: string): Right => ({
  what: `tag ${entity}`,
  grant: `GRANT APPLY TAG ON SCHEMA ${quotedSchema(entity)} TO \`…\`, and ASSIGN on a governed tag`,
});

const quotedTable = (table: string): string => quoteName(...table.split('.'));
const quotedSchema = (entity: string): string => quoteName(...entity.split('.').slice(0, 2));

/** Says which grant is missing where a request is refused for want of a right. */
export async function needing<T>({what, grant}: Right, request: Promise<T>): Promise<T> {
  try {
    return await request;
  } catch (thrown) {
    if (!(thrown instanceof SyncError) || thrown.kind !== 'permission') throw thrown;
    const {facts} = thrown;
    throw new SyncError('permission', `not allowed to ${what}`, {hint: `Ask for: ${grant}`, facts, cause: thrown});
  }
}
