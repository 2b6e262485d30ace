/** So much is believed of what a header tells before any of it has come. */
const toldMax = 1 << 26;

/**
 * The bytes of a stream in one piece, its end left out where it is longer than `bytesMax`. The room is made once where
 * the length is told, so that a large body is not there twice.
 * @param told the length by the header; NaN where there is none
 */
export async function collect(
  stream: AsyncIterable<Buffer>,
  {told, bytesMax}: {readonly told: number; readonly bytesMax: number},
): Promise<{readonly bytes: Buffer; readonly whole: boolean}> {
  let room = Buffer.allocUnsafe(told > 0 ? Math.min(told, bytesMax, toldMax) : 1 << 16);
  let length = 0;
  for await (const chunk of stream) {
    if (length + chunk.length > bytesMax) return {bytes: room.subarray(0, length), whole: false};
    if (length + chunk.length > room.length) {
      const larger = Buffer.allocUnsafe(Math.min(Math.max(room.length * 2, length + chunk.length), bytesMax));
      room.copy(larger, 0, 0, length);
      room = larger;
    }
    chunk.copy(room, length);
    length += chunk.length;
  }
  return {bytes: room.subarray(0, length), whole: true};
}
