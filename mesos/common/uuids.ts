/**
 * UUIDs as messages carry them, sixteen bytes, and as people read them.
 */

/** Sixteen bytes as `0f79c805-1b84-430c-b97c-2a0283d407c6`. */
export function uuidText(uuid: Uint8Array): string {
  const hex = Buffer.from(uuid).toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** The bytes of a UUID that was written as text. */
export function uuidBytes(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text.replaceAll('-', ''), 'hex'));
}
