import {type Call, named, operand, type Rewriting, taking, textOf, wrongArguments} from './call.ts';
import {castTo, literal, quoted} from './cast.ts';
import {fromJson} from './from-json.ts';
import {constantNamed} from './keywords.ts';
import {functionAbsent, raising, unsupported} from './sql-error.ts';
import {decimalType, typeNamed} from './sql-type.ts';
import {timeFunctions} from './time-functions.ts';

/** Functions that mean the same under the same name. */
const same = `count min max sum row_number rank dense_rank percent_rank cume_dist ntile lag lead first_value last_value
  nth_value coalesce nullif greatest least upper lower abs ceil ceiling floor round sqrt exp ln sign md5 repeat reverse
  replace lpad rpad trim ltrim rtrim left right substring substr instr split_part translate ascii chr contains concat_ws
  bool_and bool_or bit_length power pow mod stddev stddev_pop stddev_samp variance var_pop var_samp`.split(/\s+/);

const renamed: Readonly<Record<string, string>> = {
  nvl: 'coalesce',
  ifnull: 'coalesce',
  every: 'bool_and',
  some: 'bool_or',
  any: 'bool_or',
  first: 'first',
  any_value: 'first',
  last: 'last',
  max_by: 'arg_max_null',
  min_by: 'arg_min_null',
  length: 'length',
  char_length: 'length',
  character_length: 'length',
  len: 'length',
  octet_length: 'strlen',
  startswith: 'starts_with',
  endswith: 'ends_with',
  ucase: 'upper',
  lcase: 'lower',
  array: 'list_value',
  array_distinct: 'list_distinct',
  sort_array: 'list_sort',
  array_sort: 'list_sort',
  array_join: 'array_to_string',
  approx_count_distinct: 'approx_count_distinct',
};

const text = typeNamed('STRING') ?? decimalType(1, 0);
const instant = typeNamed('TIMESTAMP') ?? text;

const indexError = (index: string, list: string): string =>
  raising({
    errorClass: 'INVALID_ARRAY_INDEX_IN_ELEMENT_AT',
    sqlState: '22003',
    text: `'The index ' || (${index}) || ' is out of bounds: the array has ' || len(${list}) || ' elements'`,
  });

const castNamed: readonly string[] = [
  'string',
  'boolean',
  'tinyint',
  'smallint',
  'int',
  'bigint',
  'float',
  'double',
  'date',
  'timestamp',
];

const castFunctions = Object.fromEntries(
  castNamed.map((name): [string, Rewriting] => [name, taking(1, value => castTo(value, typeNamed(name) ?? text))]),
);

const logic: Readonly<Record<string, Rewriting>> = {
  if: taking(3, (test, yes, no) => `CASE WHEN ${test} THEN ${yes} ELSE ${no} END`),
  iff: taking(3, (test, yes, no) => `CASE WHEN ${test} THEN ${yes} ELSE ${no} END`),
  nvl2: taking(3, (value, yes, no) => `CASE WHEN ${value} IS NOT NULL THEN ${yes} ELSE ${no} END`),
  isnull: taking(1, value => `(${value} IS NULL)`),
  isnotnull: taking(1, value => `(${value} IS NOT NULL)`),
  equal_null: taking(2, (one, other) => `(${one} IS NOT DISTINCT FROM ${other})`),
  raise_error: taking(1, message =>
    raising({errorClass: 'USER_RAISED_EXCEPTION', sqlState: 'P0001', text: `CAST(${message} AS VARCHAR)`}),
  ),
  assert_true: call =>
    `CASE WHEN ${operand(call, 0)} THEN NULL ELSE ${raising({
      errorClass: 'USER_RAISED_EXCEPTION',
      sqlState: 'P0001',
      text: call.args.length === 2 ? operand(call, 1) : literal('the assertion is not true'),
    })} END`,
};

const aggregates: Readonly<Record<string, Rewriting>> = {
  count_if: taking(1, test => `count(CASE WHEN ${test} THEN 1 END)`),
  avg: call => average(call),
  mean: call => average(call),
  collect_list: taking(1, value => `list(${value}) FILTER (WHERE ${value} IS NOT NULL)`),
  array_agg: taking(1, value => `list(${value}) FILTER (WHERE ${value} IS NOT NULL)`),
  collect_set: taking(1, value => `list(DISTINCT ${value}) FILTER (WHERE ${value} IS NOT NULL)`),
};

/** Spark's average of a DECIMAL is a DECIMAL; the engine's would be a float, which is refused rather than made. */
function average(call: Call): string {
  const value = operand(call, 0);
  const refused = raising({
    errorClass: 'UNSUPPORTED_FEATURE.LOCAL_WORKSPACE',
    sqlState: '0A000',
    text: "'The local workspace has no exact average of a DECIMAL'",
  });
  const test = `typeof(${value}) LIKE 'DECIMAL%'`;
  const guarded = `CASE WHEN ${test} THEN CAST(${refused} AS DOUBLE) ELSE TRY_CAST(${value} AS DOUBLE) END`;
  return `avg(${call.distinct ? 'DISTINCT ' : ''}${guarded})`;
}

const texts: Readonly<Record<string, Rewriting>> = {
  // The engine's concat passes over NULL, Spark's gives NULL.
  concat: ({args}) => `(${args.map(argument => castTo(argument.sql, text)).join(' || ') || "''"})`,
  locate: taking(2, (part, whole) => `instr(${whole}, ${part})`),
  position: taking(2, (part, whole) => `instr(${whole}, ${part})`),
  sha2: call => {
    if (!/^(?:256|0)$/.test(operand(call, 1))) throw unsupported('sha2 is run for 256 bits only');
    return `sha256(${operand(call, 0)})`;
  },
  sha: named('sha1'),
  sha1: named('sha1'),
  split: taking(2, (value, pattern) => `string_split_regex(${value}, ${pattern})`),
  regexp_like: taking(2, (value, pattern) => `regexp_matches(${value}, ${pattern})`),
  rlike: taking(2, (value, pattern) => `regexp_matches(${value}, ${pattern})`),
  regexp_replace: call => {
    const replacement = literal(textOf(call, 2).replace(/\$(\d)/g, '\\$1'));
    return `regexp_replace(${operand(call, 0)}, ${operand(call, 1)}, ${replacement}, 'g')`;
  },
  regexp_extract: call =>
    `regexp_extract(${operand(call, 0)}, ${operand(call, 1)}, ${call.args.length > 2 ? operand(call, 2) : '1'})`,
  get_json_object: taking(2, (json, path) => `spark_json_path(${json}, ${path})`),
  from_json: fromJson,
};

const lists: Readonly<Record<string, Rewriting>> = {
  element_at: taking(
    2,
    (list, index) => `CASE WHEN abs(${index}) > len(${list}) OR (${index}) = 0
      THEN ${indexError(index, list)} ELSE list_extract(${list}, ${index}) END`,
  ),
  get: taking(2, (list, index) => `list_extract(${list}, (${index}) + 1)`),
  try_element_at: taking(2, (list, index) => `list_extract(${list}, ${index})`),
  size: taking(1, list => `CAST(len(${list}) AS INTEGER)`),
  cardinality: taking(1, list => `CAST(len(${list}) AS INTEGER)`),
  array_size: taking(1, list => `CAST(len(${list}) AS INTEGER)`),
  array_contains: taking(2, (list, value) => `list_contains(${list}, ${value})`),
  named_struct: call => {
    if (call.args.length % 2 !== 0) throw wrongArguments(call);
    const names = call.args.flatMap((_, index) => (index % 2 === 0 ? [textOf(call, index)] : []));
    const fields = names.map((name, index) => `${quoted(name)} := ${operand(call, index * 2 + 1)}`);
    return `struct_pack(${fields.join(', ')})`;
  },
  struct: call => {
    const fields = call.args.map(({tokens, sql}, index) => {
      const last = tokens.at(-1);
      const isName = last?.kind === 'word' || last?.kind === 'name';
      return `${quoted(isName ? last.text : `col${index + 1}`)} := ${sql}`;
    });
    return `struct_pack(${fields.join(', ')})`;
  },
};

const rewritings: ReadonlyMap<string, Rewriting> = new Map([
  ...same.map((name): [string, Rewriting] => [name, named(name)]),
  ...Object.entries(renamed).map(([name, to]): [string, Rewriting] => [name, named(to)]),
  ...Object.entries({...castFunctions, ...logic, ...aggregates, ...texts, ...lists, ...timeFunctions}),
  ['unix_micros', taking(1, value => `epoch_us(${castTo(value, instant)})`)],
]);

/** A call as the engine's SQL. Throws UNRESOLVED_ROUTINE for a function that is not known here. */
export function callFunction(call: Call): string {
  const rewrite = rewritings.get(call.name);
  if (rewrite) return rewrite(call);
  const constant = call.args.length === 0 ? constantNamed(call.name.toUpperCase(), call.scope) : undefined;
  if (constant !== undefined) return constant;
  throw functionAbsent(`Cannot resolve routine \`${call.name}\` in the local workspace`);
}
