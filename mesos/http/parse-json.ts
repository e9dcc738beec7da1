/**
 * Parses JSON, and says where it is wrong as Mesos says it: `syntax error at line 1 near: otjson`.
 *
 * Source: stout json.hpp (JSON::parse), picojson's error text.
 */
import { Failure } from '../../libprocess/index.ts';

/** @throws Failure BAD_JSON, with the sentence for a 400. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new Failure(`Failed to parse body into JSON: ${syntaxError(text)}`, 'BAD_JSON', { cause: error });
  }
}

function syntaxError(text: string): string {
  const at = firstError(text);
  const line = text.slice(0, at).split('\n').length;
  const rest = text.slice(at).split('\n', 1)[0] ?? '';
  return `syntax error at line ${line} near: ${rest}`;
}

/** Literals, numbers and strings as far as they go, and single marks. */
const TOKEN =
  /[ \t\r\n]+|"(?:[^"\\\p{Cc}]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null|[[\]{}:,]/uy;
const LITERALS = ['true', 'false', 'null'];

type Expected = 'value' | 'valueOrEnd' | 'key' | 'keyOrEnd' | 'colon' | 'commaOrEnd' | 'end';

/** The place of the first character that no valid JSON has there. */
function firstError(text: string): number {
  const open: string[] = [];
  let expected: Expected = 'value';
  let at = 0;
  while (at < text.length) {
    TOKEN.lastIndex = at;
    const token = TOKEN.exec(text)?.[0];
    if (token === undefined) return at + literalPrefix(text.slice(at));
    const next: Expected | null = token.trim() === '' ? expected : step(token, expected, open);
    if (next === null) return at;
    expected = next;
    at += token.length;
  }
  return at;
}

/** What may follow `token`; null when it may not be there itself. @param open - brackets that are open, changed. */
function step(token: string, expected: Expected, open: string[]): Expected | null {
  switch (expected) {
    case 'colon':
      return token === ':' ? 'value' : null;
    case 'key':
      return token.startsWith('"') ? 'colon' : null;
    case 'keyOrEnd':
      return token === '}' ? close(open) : step(token, 'key', open);
    case 'commaOrEnd':
      if (token === ',') return open.at(-1) === '{' ? 'key' : 'value';
      return token === (open.at(-1) === '{' ? '}' : ']') ? close(open) : null;
    case 'valueOrEnd':
      return token === ']' ? close(open) : step(token, 'value', open);
    case 'value':
      return value(token, open);
    case 'end':
      return null;
  }
}

function value(token: string, open: string[]): Expected | null {
  if (/^[}\]:,]$/.test(token)) return null;
  if (token !== '{' && token !== '[') return after(open);
  open.push(token);
  return token === '{' ? 'keyOrEnd' : 'valueOrEnd';
}

function close(open: string[]): Expected {
  open.pop();
  return after(open);
}

function after(open: readonly string[]): Expected {
  return open.length === 0 ? 'end' : 'commaOrEnd';
}

/** How much of `text` could have become a literal: of `notjson` the n. */
function literalPrefix(text: string): number {
  let longest = 0;
  for (const literal of LITERALS) {
    let length = 0;
    while (length < literal.length && text[length] === literal[length]) length += 1;
    longest = Math.max(longest, length);
  }
  return longest;
}
