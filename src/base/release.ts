/**
 * Gives the memory of large bytes back at once; nobody may read them any more. Pages and parts come faster than the
 * collector looks for them, and what waits for it is counted in the peak. Small buffers are parts of a pool: what is
 * not clearly its own memory is left alone.
 */
export function release({buffer, byteLength}: Uint8Array): void {
  const own = buffer.byteLength === byteLength || buffer.byteLength >= 4 * Buffer.poolSize;
  if (buffer instanceof ArrayBuffer && own) buffer.transfer(0);
}
