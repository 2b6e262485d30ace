import path from 'node:path';
import type {Random} from '../../base/random.ts';
import {SqlError} from '../sql/sql-error.ts';
import type {SqlEngine} from '../sql-engine.ts';
import {type Exchange, RestError} from './exchange.ts';
import {answerLineage, hangsOn, type LineageEdge, type LineageRestOptions} from './external-lineage-rest.ts';
import {answerMetadata, type MetadataObject, type MetadataRestOptions} from './external-metadata-rest.ts';
import {Journal} from './journal.ts';
import {answerTags, type TagAssignment, type TagsRestOptions} from './tags-rest.ts';

export interface GovernanceOptions {
  readonly folder: string;
  readonly engine: SqlEngine;
  readonly random: Random;
  readonly clientId: string;
}

/** What Unity Catalog keeps beside tables: external metadata objects, edges of lineage, tags. Nobody lacks a right. */
export class Governance {
  readonly #options: MetadataRestOptions & LineageRestOptions & TagsRestOptions;

  constructor({folder, engine, random, clientId}: GovernanceOptions) {
    const edges = new Journal<LineageEdge>(path.join(folder, 'external-lineage.jsonl'));
    this.#options = {
      objects: new Journal<MetadataObject>(path.join(folder, 'external-metadata.jsonl')),
      edges,
      tags: new Journal<TagAssignment>(path.join(folder, 'tags.jsonl')),
      hasEdges: name => hangsOn(name, edges),
      columnsOf: table => columnNames(engine, table),
      newId: () => random.id(),
      clientId,
    };
  }

  /** False for any path that is not of these. */
  async answer(exchange: Exchange): Promise<boolean> {
    return (
      (await answerMetadata(exchange, this.#options)) ||
      (await answerLineage(exchange, this.#options)) ||
      (await answerTags(exchange, this.#options))
    );
  }
}

async function columnNames(engine: SqlEngine, fullName: string): Promise<readonly string[]> {
  const [catalog = '', schema = '', table = '', ...more] = fullName.toLowerCase().split('.');
  const absent = new RestError(404, 'TABLE_DOES_NOT_EXIST', `Table '${fullName}' does not exist.`);
  if (catalog !== engine.catalog.toLowerCase() || more.length > 0) throw absent;
  try {
    const sql = `DESCRIBE TABLE ${[schema, table].map(name => `\`${name.replaceAll('`', '``')}\``).join('.')}`;
    const {cells} = await engine.execute({sql, parameters: []}, engine.newSession());
    const names = (cells[0] ?? []).map(name => String(name ?? '').toLowerCase());
    const end = names.findIndex(name => name === '' || name.startsWith('#'));
    return end < 0 ? names : names.slice(0, end);
  } catch (thrown) {
    throw thrown instanceof SqlError ? absent : thrown;
  }
}
