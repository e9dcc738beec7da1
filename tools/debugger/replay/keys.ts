/**
 * Keys of a terminal, one after the other.
 *
 *   n, →, ↓, space   next        p, ←, ↑   back        12 Enter   to step 12        g, G   first, last
 *   s   the whole state          f         find a name (then Enter)                 q, Ctrl-C   quit
 */
import type { ReadStream } from 'node:tty';

/** What a key, or a line that it began, asks for. */
export type Wish =
  | { readonly kind: 'next' | 'back' | 'first' | 'last' | 'state' | 'help' | 'quit' }
  | { readonly kind: 'go'; readonly number: number }
  | { readonly kind: 'find'; readonly text: string };

const KEYS: Readonly<Record<string, Exclude<Wish['kind'], 'go' | 'find'>>> = {
  n: 'next',
  ' ': 'next',
  '\r': 'next',
  '\u001b[C': 'next',
  '\u001b[B': 'next',
  p: 'back',
  '\u001b[D': 'back',
  '\u001b[A': 'back',
  g: 'first',
  G: 'last',
  s: 'state',
  '?': 'help',
  h: 'help',
  q: 'quit',
  '\u0003': 'quit',
  '\u0004': 'quit',
};

/** Turns keys into wishes, and keeps what is being typed. */
export class Keyboard {
  /** What is being typed; null while nothing is. */
  line: string | null = null;

  /** What `key` asks for, or null when there is more to type. */
  press(key: string): Wish | null {
    if (this.line !== null) return this.#type(key, this.line);
    if (/^\d$/.test(key)) this.line = key;
    else if (key === 'f' || key === '/') this.line = 'f';
    else {
      const kind = KEYS[key];
      return kind === undefined ? null : { kind };
    }
    return null;
  }

  #type(key: string, line: string): Wish | null {
    if (key === '\u001b' || key === '\u0003') this.line = null;
    else if (key === '\u007f') this.line = line.length <= 1 ? null : line.slice(0, -1);
    else if (key !== '\r') this.line = line + key;
    else {
      this.line = null;
      return line.startsWith('f') ? { kind: 'find', text: line.slice(1) } : { kind: 'go', number: Number(line) };
    }
    return null;
  }
}

/** The wishes of whoever sits at `input`, until they want no more. */
export async function* wishes(input: ReadStream, typing: (line: string | null) => void): AsyncGenerator<Wish> {
  const keyboard = new Keyboard();
  input.setRawMode(true).setEncoding('utf8').resume();
  try {
    for await (const chunk of input as AsyncIterable<string>) {
      // biome-ignore lint/suspicious/noControlCharactersInRegex: arrows come as escape sequences.
      for (const key of chunk.match(/\u001b\[[A-D]|[\s\S]/g) ?? []) {
        const wish = keyboard.press(key);
        if (wish !== null) yield wish;
        if (wish?.kind === 'quit') return;
        typing(keyboard.line);
      }
    }
  } finally {
    input.setRawMode(false).pause();
  }
}
