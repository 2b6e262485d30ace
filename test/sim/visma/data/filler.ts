import {readFileSync} from 'node:fs';
import {type Entity, type Exact, exact, isEntity, type Json} from '../exact.ts';

/**
 * Records as the vendor's schema has them: every property is there, with a value that its name and type make plausible.
 * What matters of a record is laid over it by its maker. The same name and place give the same values; place 0 leaves
 * nothing null but what always is.
 */

const shapes: ReadonlyMap<string, ReadonlyArray<readonly [name: string, type: string]>> = new Map(
  readFileSync(new URL('shapes.txt', import.meta.url), 'utf8')
    .trimEnd()
    .split('\n')
    .map(line => {
      const [name = '', ...properties] = line.split(' ');
      return [name, properties.map(text => [text.slice(0, text.indexOf(':')), text.slice(text.indexOf(':') + 1)])];
    }),
);

/** How many different fillings of a shape there are. */
const places = 12;

const made = new Map<string, Entity>();

/** The properties of a shape, in order. */
export const propertiesOf = (shape: string): readonly string[] => (shapes.get(shape) ?? []).map(([name]) => name);

/** A record of a shape with every property; never to be changed in place. */
export function filled(shape: string, at: number): Entity {
  const place = at % places;
  const key = `${shape} ${place}`;
  const known = made.get(key);
  if (known) return known;
  const entity = Object.fromEntries(
    (shapes.get(shape) ?? missing(shape)).map(([name, type]) => [name, filledValue({shape, name, type, place})]),
  );
  made.set(key, entity);
  return entity;
}

/** The facts laid over a full record. */
export const complete = (shape: string, place: number, facts: Entity): Entity => ({...filled(shape, place), ...facts});

/** A record with what it lacks filled in at any depth; what it has stands, null too. */
export function completed(shape: string, place: number, entity: Entity): Entity {
  const whole = filled(shape, place);
  const changes: Record<string, Json | undefined> = {};
  for (const [name, type] of shapes.get(shape) ?? missing(shape)) {
    const value = entity[name];
    const inner = type.startsWith('[') ? type.slice(1) : type;
    if (value === undefined) changes[name] = whole[name];
    else if (shapes.has(inner)) {
      const deeper = completedValue(inner, place, value);
      if (deeper !== value) changes[name] = deeper;
    }
  }
  return Object.keys(changes).length === 0 ? entity : {...entity, ...changes};
}

function completedValue(shape: string, place: number, value: Json): Json {
  if (isEntity(value)) return completed(shape, place, value);
  if (!Array.isArray(value)) return value;
  const items = (value as readonly Json[]).map((item, at) =>
    isEntity(item) ? completed(shape, place + at, item) : item,
  );
  return items.every((item, at) => item === (value as readonly Json[])[at]) ? value : items;
}

function missing(shape: string): never {
  throw new RangeError(`no such shape: ${shape}`);
}

interface Wanted {
  readonly shape: string;
  readonly name: string;
  readonly type: string;
  readonly place: number;
}

function filledValue({shape, name, type, place}: Wanted): Json {
  const draw = drawOf(`${shape}.${name}.${place}`);
  if (name === 'timeStamp') return 'AAAAAAAAB9E=';
  if (name === 'errorInfo') return null;
  if (type.startsWith('[')) return arrayOf({shape, name, type: type.slice(1), place});
  if (place > 0 && draw % 13 === 0) return null;
  if (shapes.has(type)) return place > 0 && draw % 11 === 0 ? null : filled(type, place);
  return scalar({name, type}, draw);
}

const numbering = /^(?:lineNbr|lineNumber|recordId|segmentId|claimDetailId)$/;

/** Two objects at place 0, then none to two; what numbers them is unique. */
function arrayOf({shape, name, type, place}: Wanted): Json {
  const count = place === 0 ? 2 : drawOf(`${shape}.${name}.${place}#`) % 3;
  return Array.from({length: count}, (_, at): Json => {
    if (!shapes.has(type)) return scalar({name, type}, drawOf(`${shape}.${name}.${place}.${at}`));
    const item = filled(type, place + at);
    const numbers = Object.keys(item).filter(property => numbering.test(property));
    return numbers.length === 0 ? item : {...item, ...Object.fromEntries(numbers.map(number => [number, at + 1]))};
  });
}

function scalar({name, type}: {name: string; type: string}, draw: number): Json {
  if (type.startsWith('e')) return chosen(type.slice(1).split('|'), draw);
  switch (type) {
    case 'i':
      return /id$/i.test(name) ? 1000 + (draw % 9000) : draw % 40;
    case 'b':
      return draw % 2 === 0;
    case 'n':
      return numberOf(name, draw);
    case 't':
      return timeOf(name, draw);
    case 'v':
      return 'AAAAAAAAB9E=';
    case 'u':
      return uuidOf(draw);
    default:
      return textOf(name, draw);
  }
}

const chosen = <T>(things: readonly T[], draw: number): T => things[draw % things.length] as T;

function numberOf(name: string, draw: number): Exact {
  if (/pct|percent|rate$/i.test(name)) return exact(chosen(['0.0', '25.000000', '12.5', '2.55', '1.0'], draw));
  const whole = draw % 90_000;
  const fraction = String((draw >>> 3) % 100).padStart(2, '0');
  return exact(
    chosen([`${whole}.${fraction}00`, `${whole}.${fraction}`, '0.0', `-${whole}.5`, `${whole}`], draw >>> 7),
  );
}

function timeOf(name: string, draw: number): string {
  const day = new Date(Date.UTC(2024, 9, 1) + (draw % 500) * 86_400_000).toISOString().slice(0, 10);
  if (!/DateTime|lastModified|Utc/i.test(name)) {
    if (draw % 17 === 0) return '0001-01-01T00:00:00';
    return /end|expir|notValid/i.test(name) && draw % 3 === 0 ? '9999-12-31T00:00:00' : `${day}T00:00:00`;
  }
  const [hour, minute] = [7 + (draw % 10), draw % 60].map(part => String(part).padStart(2, '0'));
  return `${day}T${hour}:${minute}:07${chosen(['', '.1', '.74', '.153'], draw)}`;
}

function uuidOf(draw: number): string {
  const hex = (size: number, salt: number): string =>
    (Math.imul(draw, salt) >>> 0).toString(16).padStart(8, '0').slice(0, size);
  return `${hex(8, 3)}-${hex(4, 5)}-4${hex(3, 7)}-8${hex(3, 11)}-${hex(6, 13)}${hex(6, 17)}`;
}

const words = [
  'Ångpanna och rör',
  'Leie av møterom',
  'Fragt til Ærø',
  'Överföring "mars"',
  'Kjøp av utstyr',
  'Löpande tjänst',
  'Smørrebrød & kaffe',
  'Årsavgift 2026',
];

const byName: ReadonlyArray<readonly [RegExp, (draw: number) => string]> = [
  [/^(?:financialPeriod|finPeriod|applicationPeriod|closedFinancialPeriod|period|periodId)$/, () => '202602'],
  [/^postPeriod$/, () => '022026'],
  [/email/i, draw => `person${draw % 900}@example.com`],
  [/phone|fax/i, draw => `+46 8 ${100_000 + (draw % 900_000)}`],
  [/^web$/, draw => `https://www.example.com/${draw % 90}`],
  [/iban/i, draw => `SE45${10_000_000 + (draw % 89_999_999)}`],
  [/bban|bbaN/, draw => `${1000 + (draw % 9000)}-${1_000_000 + (draw % 8_999_999)}`],
  [/^bic$/i, () => 'NDEASESS'],
  [/currency/i, draw => chosen(['SEK', 'NOK', 'DKK', 'EUR'], draw)],
  [/country/i, draw => chosen(['SE', 'NO', 'DK'], draw)],
  [/postalCode/, draw => String(10_000 + (draw % 88_999))],
  [/^city$/, draw => chosen(['Malmö', 'Tromsø', 'Århus', 'Ærøskøbing'], draw)],
  [/addressLine1/, draw => `Storgatan ${1 + (draw % 90)}`],
  [/firstName/, draw => chosen(['Åsa', 'Bjørn', 'Søren', 'Märta'], draw)],
  [/lastName/, draw => chosen(['Öberg', 'Ødegård', 'Kjær', 'Lindström'], draw)],
  [/^uom$/, draw => chosen(['ST', 'TIM', 'KG'], draw)],
  [/^note$|^customStr/, draw => (draw % 3 === 0 ? 'Se avtal\nrad två' : '')],
  [/descr|text|name|message|comment/i, draw => chosen(words, draw)],
  [/^(?:number|id|code)$/i, draw => String(1 + (draw % 60)).padStart(2, '0')],
];

const textOf = (name: string, draw: number): string =>
  byName.find(([pattern]) => pattern.test(name))?.[1](draw) ?? `${name.slice(0, 3).toUpperCase()}${draw % 1000}`;

/** A number that a text always gives. */
function drawOf(text: string): number {
  let draw = 2_166_136_261;
  for (let at = 0; at < text.length; at++) draw = Math.imul(draw ^ text.charCodeAt(at), 16_777_619);
  return (draw ^ (draw >>> 15)) >>> 0;
}

/** A place that a text always gives: what is made of a record again is filled in as before. */
export const placeOf = (text: string): number => drawOf(text) % places;
