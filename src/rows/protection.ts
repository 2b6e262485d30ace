import {createHmac} from 'node:crypto';
import {isJsonObject, isRawNumber, type Json, type JsonObject, unwrapped} from '../base/exact-json.ts';
import type {Secret} from '../base/secret.ts';
import type {ProtectedColumn, Step} from '../model/privacy.ts';

/** Gives a record as it may be written. What was received stays as it is: what lies on the way is copied. */
export type Protector = (received: Json) => Json;

/** What is done at one name of an object: with the value there, or with what lies below it. */
interface Node {
  leaf?: 'drop' | 'hash';
  /** Where an object stands there. */
  object?: Tree;
  /** Where an array of objects stands there. */
  items?: Tree;
}

type Tree = Map<string, Node>;
type Hash = (text: string) => string;

/**
 * Makes the protector of one load; undefined where nothing is protected. A dropped property vanishes; a hashed one is
 * HMAC-SHA256 of its text with the salt, as 64 hexadecimal digits, so that equal values stay equal; null stays null.
 * What stands at a protected path in another form than expected is not understood, and dropped whole.
 */
export function protectorOf(columns: readonly ProtectedColumn[], salt: Secret | undefined): Protector | undefined {
  if (columns.length === 0) return undefined;
  const tree: Tree = new Map();
  for (const {path, protection} of columns) plant(tree, path, salt ? protection : 'drop');
  const key = salt?.reveal() ?? '';
  const hash: Hash = text => createHmac('sha256', key).update(text).digest('hex');
  return received => (isJsonObject(received) ? protectedObject(received, tree, hash) : null);
}

function plant(tree: Tree, [step, ...rest]: readonly Step[], protection: 'drop' | 'hash'): void {
  if (!step) return;
  const node: Node = tree.get(step.name) ?? {};
  tree.set(step.name, node);
  if (rest.length === 0) {
    node.leaf = node.leaf === 'drop' ? 'drop' : protection;
    return;
  }
  const below: Tree = (step.ofItems ? node.items : node.object) ?? new Map<string, Node>();
  if (step.ofItems) node.items = below;
  else node.object = below;
  plant(below, rest, protection);
}

function protectedObject(object: JsonObject, tree: Tree, hash: Hash): JsonObject {
  const changed: Record<string, Json> = {};
  const dropped = new Set<string>();
  for (const [name, node] of tree) {
    const value = object[name];
    if (value === undefined || value === null) continue;
    const safe = protectedValue(value, node, hash);
    if (safe === undefined) dropped.add(name);
    else changed[name] = safe;
  }
  // Names keep their order, and a name that is dropped leaves nothing behind, not even for the hash of the content.
  if (dropped.size === 0) return {...object, ...changed};
  const kept = Object.entries(object).filter(([name]) => !dropped.has(name));
  return {...Object.fromEntries(kept), ...changed};
}

/** Undefined for what is dropped. */
function protectedValue(value: Exclude<Json, null>, {leaf, object, items}: Node, hash: Hash): Json | undefined {
  if (leaf === 'drop') return undefined;
  if (leaf === 'hash') {
    const text = textOf(value);
    return text === undefined ? undefined : hash(text);
  }
  if (Array.isArray(value) && items) {
    // An item that is no object keeps its place, for places may be keys, and nothing else.
    return value.map((item: Json) => (isJsonObject(item) ? protectedObject(item, items, hash) : null));
  }
  return isJsonObject(value) && object ? protectedObject(value, object, hash) : undefined;
}

/** A scalar's text as received; undefined for what is no scalar. */
function textOf(value: Json): string | undefined {
  const scalar = unwrapped(value);
  if (isRawNumber(scalar)) return scalar.rawJSON;
  return typeof scalar === 'object' ? undefined : String(scalar);
}
