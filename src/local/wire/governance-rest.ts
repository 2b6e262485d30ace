import path from 'node:path';
import type {Random} from '../../base/random.ts';
import type {Engine} from '../engine.ts';
import {SqlError} from '../sql/sql-error.ts';
import {columnsOf} from '../sql/table-columns.ts';
import {type Exchange, RestError} from './exchange.ts';
import {answerLineage, hangsOn, type LineageEdge, type LineageRestOptions} from './external-lineage-rest.ts';
import {answerMetadata, type MetadataObject, type MetadataRestOptions} from './external-metadata-rest.ts';
import {Journal} from './journal.ts';
import {answerTags, type TagAssignment, type TagsRestOptions} from './tags-rest.ts';

export interface GovernanceOptions {
  readonly folder: string;
  readonly engine: Engine;
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

async function columnNames(engine: Engine, fullName: string): Promise<readonly string[]> {
  const [catalog = '', schema = '', table = '', ...more] = fullName.toLowerCase().split('.');
  const absent = new RestError(404, 'TABLE_DOES_NOT_EXIST', `Table '${fullName}' does not exist.`);
  if (catalog !== engine.catalog.toLowerCase() || more.length > 0) throw absent;
  try {
    const columns = await engine.work(work => columnsOf(work, {schema, table}), engine.newSession());
    return columns.map(({name}) => name.toLowerCase());
  } catch (thrown) {
    throw thrown instanceof SqlError ? absent : thrown;
  }
}
