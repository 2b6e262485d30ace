import {type Body, checkFields, invalid, maskOf, pageOf, requiredText} from './body-fields.ts';
import {answerJson, type Exchange, fits, RestError, readJson} from './exchange.ts';
import type {Journal} from './journal.ts';

export interface TagAssignment {
  readonly entity_type: string;
  readonly entity_name: string;
  readonly tag_key: string;
  readonly tag_value?: string;
}

export interface TagsRestOptions {
  readonly tags: Journal<TagAssignment>;
  /** The names of a table's columns, in lower case. Throws 404 where it is not there. */
  readonly columnsOf: (table: string) => Promise<readonly string[]>;
}

const root = 'api/2.1/unity-catalog/entity-tag-assignments';
const tagsMax = 50;

/** `/api/2.1/unity-catalog/entity-tag-assignments`, of tables and columns. False for any other path. */
export async function answerTags(exchange: Exchange, options: TagsRestOptions): Promise<boolean> {
  const {method, segments} = exchange;
  if (method === 'POST' && fits(exchange, root)) {
    answerJson(exchange, 200, await create(await readJson(exchange), options));
    return true;
  }
  if (!fits(exchange, `${root}/*/*/tags`) && !fits(exchange, `${root}/*/*/tags/*`)) return false;
  const [type = '', name = '', , key] = segments.slice(4);
  await checkEntity({type, name}, options);
  if (key === undefined) {
    if (method !== 'GET') return false;
    answerJson(exchange, 200, list({type, name}, exchange, options));
    return true;
  }
  const held = options.tags.get(keyOf({entity_type: type, entity_name: name, tag_key: key}));
  if (!held) throw new RestError(404, 'RESOURCE_DOES_NOT_EXIST', `Tag assignment '${key}' does not exist.`);
  if (method === 'GET') answerJson(exchange, 200, held);
  else if (method === 'PATCH') answerJson(exchange, 200, await update(exchange, held, options));
  else if (method === 'DELETE') {
    options.tags.delete(keyOf(held));
    answerJson(exchange, 200, {});
  } else return false;
  return true;
}

const keyOf = ({entity_type: type, entity_name: name, tag_key: key}: TagAssignment): string =>
  [type, name.toLowerCase(), key].join('\n');

interface Entity {
  readonly type: string;
  readonly name: string;
}

async function checkEntity({type, name}: Entity, {columnsOf}: TagsRestOptions): Promise<void> {
  const parts = name.toLowerCase().split('.');
  if (type !== 'tables' && type !== 'columns') throw invalid(`The local workspace has no tags on '${type}'`);
  if (parts.length !== (type === 'tables' ? 3 : 4)) throw invalid('The entity name is not fully qualified');
  const columns = await columnsOf(parts.slice(0, 3).join('.'));
  if (type === 'columns' && !columns.includes(parts[3] ?? '')) {
    throw new RestError(404, 'COLUMN_DOES_NOT_EXIST', `Column '${name}' does not exist.`);
  }
}

async function create(body: Body, options: TagsRestOptions): Promise<TagAssignment> {
  const made = assignmentIn(body);
  await checkEntity({type: made.entity_type, name: made.entity_name}, options);
  if (options.tags.get(keyOf(made))) {
    throw new RestError(409, 'ALREADY_EXISTS', `Tag assignment '${made.tag_key}' already exists.`);
  }
  const own = tagsOf({type: made.entity_type, name: made.entity_name}, options);
  if (own.length >= tagsMax) throw invalid(`An entity bears at most ${tagsMax} tags`);
  options.tags.set(keyOf(made), made);
  return made;
}

function assignmentIn(body: Body): TagAssignment {
  checkFields(body, ['entity_type', 'entity_name', 'tag_key', 'tag_value']);
  const value = body['tag_value'];
  const made = {
    entity_type: requiredText(body, 'entity_type'),
    entity_name: requiredText(body, 'entity_name'),
    tag_key: requiredText(body, 'tag_key'),
    ...(value !== undefined && {tag_value: requiredText(body, 'tag_value')}),
  };
  if (/[.,\-=/:]|^\s|\s$/.test(made.tag_key) || made.tag_key.length > 255) throw invalid('The tag key is not allowed');
  if ((made.tag_value ?? '').length > 1000) throw invalid('The tag value is too long');
  return made;
}

async function update(exchange: Exchange, held: TagAssignment, {tags}: TagsRestOptions): Promise<TagAssignment> {
  const body = await readJson(exchange);
  maskOf(exchange.query, ['tag_value']);
  const given = assignmentIn(body);
  if (keyOf(given) !== keyOf(held)) throw invalid('The body names another assignment than the path');
  tags.set(keyOf(held), given);
  return given;
}

const tagsOf = ({type, name}: Entity, {tags}: TagsRestOptions): readonly TagAssignment[] =>
  tags.values().filter(tag => tag.entity_type === type && tag.entity_name.toLowerCase() === name.toLowerCase());

function list(entity: Entity, {query}: Exchange, options: TagsRestOptions): object {
  const {page, next} = pageOf(tagsOf(entity, options), query, {sizeParameter: 'max_results', sizeMax: 1000});
  return {...(page.length > 0 && {tag_assignments: page}), ...next};
}
