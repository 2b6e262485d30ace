/** So many at once: the interface's limits are those of everybody in the workspace. */
const atOnce = 4;

/**
 * Does something for each, some at a time; gives what came of each, in order. The first goes alone: where it is
 * refused, the others need not be tried.
 */
export async function sideBySide<T, R>(items: readonly T[], action: (item: T) => Promise<R>): Promise<readonly R[]> {
  const results: R[] = [];
  const waiting = [...items.entries()];
  const first = waiting.shift();
  if (first) results[first[0]] = await action(first[1]);
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) results[next[0]] = await action(next[1]);
  };
  await Promise.all(Array.from({length: atOnce}, worker));
  return results;
}
