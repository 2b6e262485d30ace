import {SyncError} from '../base/errors.ts';

/** The place of a value in the file: keys of sections, numbers of list items. */
export type Path = ReadonlyArray<string | number>;

/** One thing that is wrong, and what to do about it. Never says the value: it may be a secret in the wrong place. */
export interface Problem {
  readonly path: Path;
  readonly message: string;
}

/** A path as it is said: `visma.companies[0].currency`. */
export function spelled(path: Path): string {
  return path.reduce<string>((said, part) => {
    if (typeof part === 'number') return `${said}[${part}]`;
    return said === '' ? part : `${said}.${part}`;
  }, '');
}

/** Where a value came from: a line of the file, or something beside it. */
export type Origin = (path: Path) => string | undefined;

/** All problems of a file as one error. */
export function refusal(file: string, problems: readonly Problem[], origin: Origin): SyncError {
  const count = problems.length === 1 ? 'one problem' : `${problems.length} problems`;
  const lines = problems.map(({path, message}) => {
    const where = [spelled(path), origin(path)].filter(Boolean).join(', ');
    return where === '' ? `  ${message}` : `  ${where}: ${message}`;
  });
  return new SyncError('configuration', [`${count} in the configuration ${file}`, ...lines].join('\n'), {
    facts: {file, problems: problems.length},
  });
}
