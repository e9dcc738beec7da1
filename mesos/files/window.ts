/**
 * Which piece of a file a request wants.
 *
 * Source: Mesos FilesProcess::read (files.cpp).
 */

/** The largest piece that one request gets: sixteen pages. */
export const PIECE_BYTES_MAX = 16 * 4096;

export interface Window {
  /** Null: not the content but the size is wanted. */
  readonly offset: number | null;
  readonly length: number;
}

/** The window, or what is wrong with it. */
export function parseWindow(offset: string | null, length: string | null): Window | string {
  const from = offset === null ? -1 : wholeNumber(offset);
  if (from === null) return `Failed to parse offset: Failed to convert '${offset}' to number.\n`;
  if (from < -1) return `Negative offset provided: ${from}.\n`;
  const wanted = length === null ? PIECE_BYTES_MAX : wholeNumber(length);
  if (wanted === null) return `Failed to parse length: Failed to convert '${length}' to number.\n`;
  if (wanted < -1) return `Negative length provided: ${wanted}.\n`;
  return {
    offset: from === -1 ? null : from,
    length: wanted === -1 ? PIECE_BYTES_MAX : Math.min(wanted, PIECE_BYTES_MAX),
  };
}

function wholeNumber(text: string): number | null {
  return /^[+-]?\d+$/.test(text) ? Number(text) : null;
}
