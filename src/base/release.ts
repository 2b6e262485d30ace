/** What is smaller may be a part of the pool that small buffers share. */
const ownBytesMin = 1 << 17;

/**
 * Gives the memory of large bytes back at once; nobody may read them any more. Pages and parts come faster than the
 * collector looks for them, and what waits for it is counted in the peak.
 */
export function release({buffer}: Uint8Array): void {
  if (buffer instanceof ArrayBuffer && buffer.byteLength >= ownBytesMin) buffer.transfer(0);
}
