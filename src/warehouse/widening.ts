/** Whether every value of one type stays as it is in the other. Types as DESCRIBE names them, in lower case. */
export function canWiden({from, to}: {from: string; to: string}): boolean {
  if (from === 'int' && to === 'bigint') return true;
  const [narrow, wide] = [decimalOf(from), decimalOf(to)];
  if (!narrow || !wide) return false;
  return wide.scale >= narrow.scale && wide.precision - wide.scale >= narrow.precision - narrow.scale;
}

function decimalOf(type: string): {precision: number; scale: number} | undefined {
  const match = /^decimal\((\d+),(\d+)\)$/.exec(type);
  return match ? {precision: Number(match[1]), scale: Number(match[2])} : undefined;
}
