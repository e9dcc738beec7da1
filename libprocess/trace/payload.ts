/**
 * Bodies for people to look at: plain JSON of a bounded size, with marks where something was cut, and without secrets.
 *
 * Never fails: whatever cannot be printed is named instead. Pure.
 */

export interface PayloadLimits {
  /** Values (fields, items, texts) that are printed of one body. */
  readonly values: number;
  /** Letters of one text. */
  readonly letters: number;
  /** Objects in objects. */
  readonly depth: number;
}

export const PAYLOAD_LIMITS: PayloadLimits = { values: 500, letters: 2_000, depth: 12 };

/** JSON bodies of HTTP up to this are read. */
const JSON_BYTES_MAX = 64 * 1024;

/** Fields and headers whose values nobody may see. */
const SECRET = /secret|passw|credential|authorization|token|cookie|private.?key|api.?key/i;
const HIDDEN = '[secret]';

/** A request or an answer of HTTP, as far as it matters here. */
interface Exchanged {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | string;
}

/** As `printPayload`; of requests whose bodies are JSON what they say is shown. */
export function printTraced(body: unknown): unknown {
  return printPayload(isExchanged(body) ? { ...body, body: readJson(body) } : body);
}

function isExchanged(body: unknown): body is Exchanged {
  if (typeof body !== 'object' || body === null || !('headers' in body) || !('body' in body)) return false;
  return ArrayBuffer.isView(body.body) && /json/.test((body.headers as Record<string, string>)['content-type'] ?? '');
}

/** The body, parsed; as it is when it is no JSON, or too much of it to be read for a look. */
function readJson({ body }: Exchanged): unknown {
  if (body.length > JSON_BYTES_MAX) return body;
  try {
    return JSON.parse(Buffer.from(body).toString('utf8'));
  } catch (error) {
    if (error instanceof SyntaxError) return body;
    throw error;
  }
}

/** What of `body` may be shown. */
export function printPayload(body: unknown, limits: PayloadLimits = PAYLOAD_LIMITS): unknown {
  return new Printer(limits).print(body, 0);
}

class Printer {
  readonly #above = new Set<object>();
  #left: number;

  constructor(private readonly limits: PayloadLimits) {
    this.#left = limits.values;
  }

  print(value: unknown, depth: number): unknown {
    this.#left -= 1;
    switch (typeof value) {
      case 'string':
        return this.#text(value);
      case 'number':
        return Number.isFinite(value) ? value : String(value);
      case 'boolean':
        return value;
      case 'undefined':
        return null;
      case 'object':
        return value === null ? null : this.#object(value, depth);
      default:
        return `[${typeof value}]`;
    }
  }

  #text(text: string): string {
    const { letters } = this.limits;
    return text.length <= letters ? text : `${text.slice(0, letters)}… (${text.length} letters)`;
  }

  #object(value: object, depth: number): unknown {
    if (this.#above.has(value)) return '[circular]';
    if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
    if (depth >= this.limits.depth) return '[deeper]';
    if (value instanceof Error) return `${value.name}: ${this.#text(value.message)}`;
    this.#above.add(value);
    const printed = Array.isArray(value) ? this.#list(value, depth) : this.#fields(value, depth);
    this.#above.delete(value);
    return printed;
  }

  #list(list: readonly unknown[], depth: number): unknown[] {
    const printed: unknown[] = [];
    for (const item of list) {
      if (this.#left <= 0) {
        printed.push(`… (${list.length} items)`);
        break;
      }
      printed.push(this.print(item, depth + 1));
    }
    return printed;
  }

  /** Objects of classes show their class alone: their insides are their own. */
  #fields(value: object, depth: number): unknown {
    if (value instanceof Map)
      return this.#named(
        [...value].map(([key, item]) => [String(key), item]),
        depth,
      );
    if (value instanceof Set) return this.#list([...value], depth);
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype !== Object.prototype && prototype !== null) return `[${nameOf(value)}]`;
    return this.#named(Object.entries(value), depth);
  }

  #named(entries: readonly (readonly [string, unknown])[], depth: number): unknown {
    const printed: Record<string, unknown> = {};
    for (const [key, item] of entries) {
      if (this.#left <= 0) {
        printed['…'] = `(${entries.length} fields)`;
        break;
      }
      if (item !== undefined) printed[key] = SECRET.test(key) && item !== null ? HIDDEN : this.print(item, depth + 1);
    }
    return printed;
  }
}

/** What a value of a class is known by: its text where it has one of its own (`slave(1)@…`), else the class. */
function nameOf(value: object): string {
  const { toJSON } = value as { readonly toJSON?: unknown };
  if (typeof toJSON === 'function') return String(value);
  return value.constructor.name;
}
