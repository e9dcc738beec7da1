/** Percent encoding in paths, as libprocess reads it. */

/** Percent-decoded; text that is not well encoded stays as it is, and so names nobody. */
export function decode(text: string): string {
  if (!text.includes('%')) return text;
  return /%(?![\da-f]{2})/i.test(text) ? text : percentDecode(text);
}

function percentDecode(text: string): string {
  const bytes = text.replace(/%([\da-f]{2})/gi, (_all, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
