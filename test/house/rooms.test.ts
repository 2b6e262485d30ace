import assert from 'node:assert/strict';
import test from 'node:test';
import {
  arrowMachinery,
  doorsOf,
  driverNamesInLocal,
  metadata,
  openRooms,
  type Room,
  rooms,
  schemaOnlyRooms,
} from './plan.ts';
import {type Import, importsOf, readText, roomOf, type Source, sources} from './sources.ts';

const code = sources.filter(({file}) => !file.endsWith('.d.ts'));
const emptyRoom: Room = {imports: []};
const planOf = (file: string): Room => rooms[roomOf(file)] ?? emptyRoom;

/** Packages that are there for their types alone may be named by anyone who may name the package. */
const typesOnly = new Set(
  Object.keys((JSON.parse(readText('package.json')) as {devDependencies: object}).devDependencies)
    .filter(name => name.startsWith('@types/'))
    .map(name => name.slice('@types/'.length)),
);

function trespassOf({file}: Source, {target, isGuest, isTypeOnly, names}: Import): string | undefined {
  const from = roomOf(file);
  if (isGuest) {
    if (planOf(file).guests?.includes(target)) return unwantedNames({from, target, names});
    return isTypeOnly && typesOnly.has(target) ? undefined : `${from} may not have ${target} as a guest`;
  }
  if (target === metadata) return undefined;
  if (target.startsWith('..')) return `${target} is outside src`;
  const to = roomOf(target);
  if (to === from) return undefined;
  if (!planOf(file).imports.includes(to)) return `${from} may not import ${to}`;
  return openRooms.includes(to) || doorsOf(to).includes(target) ? undefined : `${target} is not the door of ${to}`;
}

function unwantedNames(taken: {from: string; target: string; names: readonly string[]}): string | undefined {
  const {from, target, names} = taken;
  const machinery = target === 'apache-arrow' && schemaOnlyRooms.includes(from) ? names : [];
  const unwanted = machinery.filter(name => arrowMachinery.test(name));
  if (from === 'local' && target === '@databricks/sql') {
    unwanted.push(...names.filter(name => !driverNamesInLocal.includes(name)));
  }
  return unwanted.length > 0 ? `${from} may not take ${unwanted.join(', ')} from ${target}` : undefined;
}

test('imports are found however they are written', () => {
  const text = [
    "import {type A, b as c} from './near.ts';",
    "import type {\n  D,\n} from '../base/clock.ts';",
    "export * from '@databricks/sql/dist/x.js';",
    "import './effect.ts';",
    "const late = await import('got');",
    "const old = require('thrift');",
    "import path from 'node:path';",
  ].join('\n');
  const found = importsOf('room/file.ts', text).map(({target, isTypeOnly, names}) => [target, isTypeOnly, ...names]);
  assert.deepEqual(found, [
    ['room/near.ts', false, 'A', 'b'],
    ['base/clock.ts', true, 'D'],
    ['@databricks/sql', false],
    ['room/effect.ts', false],
    ['got', false],
    ['thrift', false],
  ]);
});

test('the plan itself has no way back up', () => {
  const order = Object.keys(rooms);
  for (const [room, {imports}] of Object.entries(rooms)) {
    for (const other of imports) assert.ok(order.indexOf(other) < order.indexOf(room), `${room} -> ${other}`);
  }
});

test('every file lives in a room of the plan', () => {
  assert.deepEqual(
    sources.map(({file}) => file).filter(file => !(roomOf(file) in rooms)),
    [],
  );
});

test('rooms import only the rooms and the guests they may, and only through the door', () => {
  const trespasses = code.flatMap(source =>
    source.imports.flatMap(taken => {
      const trespass = trespassOf(source, taken);
      return trespass === undefined ? [] : [`${source.file}: ${trespass}`];
    }),
  );
  assert.deepEqual(trespasses, []);
});

test('every room has a door, which opens with what the room promises', () => {
  const built = new Set(sources.map(({file}) => roomOf(file)));
  const closed = Object.keys(rooms).filter(room => {
    if (!built.has(room) || openRooms.includes(room) || room === 'main') return false;
    const door = sources.find(({file}) => doorsOf(room).includes(file));
    return !/^\/\*\*[^.]+\.[\s\S]*?\.\s*\*\//.test(door?.text ?? '');
  });
  assert.deepEqual(closed, []);
});

test('the map of the house shows every room that is built, in the order of the plan', () => {
  const map = [...readText('src/README.md').matchAll(/^\| \[(\w+)\]/gm)].map(([, room = '']) => room);
  const built = new Set(sources.map(({file}) => roomOf(file)));
  assert.deepEqual(
    map,
    Object.keys(rooms).filter(room => built.has(room)),
  );
});

test('every file is reachable from main', () => {
  const byName = new Map(sources.map(source => [source.file, source]));
  const seen = new Set<string>();
  const walk = (file: string): void => {
    if (seen.has(file)) return;
    seen.add(file);
    for (const {target, isGuest} of byName.get(file)?.imports ?? []) if (!isGuest) walk(target);
  };
  walk('main.ts');
  assert.deepEqual(
    code.map(({file}) => file).filter(file => !seen.has(file)),
    [],
  );
});

test('no file imports itself in a circle', () => {
  const byName = new Map(sources.map(source => [source.file, source]));
  const state = new Map<string, 'open' | 'done'>();
  const circles: string[] = [];
  const visit = (file: string, trail: readonly string[]): void => {
    if (state.get(file) === 'done') return;
    if (state.get(file) === 'open') {
      circles.push([...trail.slice(trail.indexOf(file)), file].join(' -> '));
      return;
    }
    state.set(file, 'open');
    for (const {target, isGuest} of byName.get(file)?.imports ?? []) if (!isGuest) visit(target, [...trail, file]);
    state.set(file, 'done');
  };
  for (const {file} of sources) visit(file, []);
  assert.deepEqual(circles, []);
});
