import {isSection, type Section, type Value} from './document.ts';
import type {Environment} from './environment.ts';
import type {Path, Problem} from './problem.ts';

const reference = /\$\{([^{}]*)\}?/g;
const variableName = /^[A-Za-z_]\w*$/;

/**
 * Puts the values of environment variables in place of `${NAME}`, in every text, whole or in part. What a variable
 * holds is not looked into again. A text whose reference cannot be resolved becomes undefined, with a problem.
 */
export function resolveReferences(
  values: Section,
  environment: Environment,
): {readonly values: Section; readonly problems: readonly Problem[]} {
  const problems: Problem[] = [];
  return {values: resolveSection(values, [], {environment, problems}), problems};
}

interface Resolving {
  readonly environment: Environment;
  readonly problems: Problem[];
}

function resolveSection(section: Section, path: Path, resolving: Resolving): Section {
  return Object.fromEntries(
    Object.entries(section).map(([key, value]) => [key, resolveValue(value, [...path, key], resolving)]),
  );
}

function resolveValue(value: Value, path: Path, resolving: Resolving): Value {
  if (typeof value === 'string') return resolveText(value, path, resolving);
  if (value === undefined) return undefined;
  if (isSection(value)) return resolveSection(value, path, resolving);
  return value.map((item, index) => resolveValue(item, [...path, index], resolving));
}

function resolveText(text: string, path: Path, {environment, problems}: Resolving): string | undefined {
  const before = problems.length;
  const resolved = text.replace(reference, (whole, name: string) => {
    if (!whole.endsWith('}') || !variableName.test(name)) {
      problems.push({
        path,
        message: 'a reference is a dollar sign and, in braces, the name of an environment variable',
      });
      return '';
    }
    const value = environment[name];
    if (value) return value;
    const state = value === undefined ? 'is not set' : 'is empty';
    problems.push({path, message: `the environment variable ${name} ${state}; set it, or write the value here`});
    return '';
  });
  return problems.length > before ? undefined : resolved;
}
