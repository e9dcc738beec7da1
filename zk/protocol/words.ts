/**
 * The four-letter words: four ASCII bytes in place of a new connection's first length.
 *
 * Source: Apache ZooKeeper FourLetterCommands.
 */

export const WORDS = [
  'conf',
  'cons',
  'crst',
  'dirs',
  'dump',
  'envi',
  'gtmk',
  'hash',
  'isro',
  'mntr',
  'orst',
  'ruok',
  'srst',
  'srvr',
  'stat',
  'stmk',
  'wchc',
  'wchp',
  'wchs',
] as const;
export type Word = (typeof WORDS)[number];

/** What is answered without being asked to in `4lw.commands.whitelist`. */
export const WHITELIST: readonly Word[] = ['srvr'];

const BY_LENGTH = new Map<number, Word>(WORDS.map(word => [Buffer.from(word, 'latin1').readInt32BE(0), word]));

/** The word that the first int of a connection spells; null where it is a length. */
export function wordOf(first: number): Word | null {
  return BY_LENGTH.get(first) ?? null;
}

/** What a word that is not in the whitelist is answered. */
export function refusal(word: Word): string {
  return `${word} is not executed because it is not in the whitelist.\n`;
}
