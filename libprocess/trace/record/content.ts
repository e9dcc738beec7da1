/** What is left of things that leave: enough to tell them apart. */

/** Bytes and texts as they are, all else as JSON. */
export function contentOf(parts: readonly unknown[]): Uint8Array | string {
  const [first] = parts;
  if (parts.length === 1 && (first instanceof Uint8Array || typeof first === 'string')) return first;
  return JSON.stringify(parts, (_, value: unknown) => (value instanceof Uint8Array ? hexOf(value) : value)) ?? '';
}

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
}
