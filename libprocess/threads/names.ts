/**
 * What two threads call their messages: an index for each, told with the field lists of its structs before its first use.
 *
 * Threads of one program mostly declare the same messages, but each declares only what it imports, in its own order. A
 * message that the main thread hands on between two others keeps the name and the fields that its sender gave, so the main
 * thread need not know it.
 */
import { fieldsOf } from '../codec/native.ts';
import type { MessageType } from '../message.ts';
import { HeardName } from '../transport/names.ts';
import type { Fields } from './frames.ts';

type AnyMessage = MessageType<unknown, unknown>;
type Structs = readonly (readonly [string, readonly string[]])[];

/** A message as another thread declares it. */
export class Heard {
  readonly word: HeardName;

  constructor(
    readonly name: string,
    readonly structs: Structs,
  ) {
    this.word = new HeardName(name, Object.fromEntries(structs));
  }
}

/** A value in the other thread's form: to be handed on as it came. */
export class Raw {
  constructor(
    readonly heard: Heard,
    readonly bytes: Uint8Array,
  ) {}
}

/** What this side has told the other. */
export class ToldNames {
  readonly #indexes = new Map<AnyMessage | Heard, number>();
  #news: unknown[] = [];

  indexOf(type: AnyMessage | Heard): number {
    const known = this.#indexes.get(type);
    if (known !== undefined) return known;
    const index = this.#indexes.size;
    this.#indexes.set(type, index);
    this.#news.push([type.name, ...structsOf(type)]);
    return index;
  }

  /** What the other side must hear before anything else; null when there is nothing new. */
  takeNews(): Fields | null {
    if (this.#news.length === 0) return null;
    const news = this.#news;
    this.#news = [];
    return news;
  }
}

/** What the other side has told this one. */
export class HeardNames {
  readonly #heard: Heard[] = [];

  add(news: Fields): void {
    for (const [name, ...structs] of news as readonly [string, ...Structs][])
      this.#heard.push(new Heard(name, structs));
  }

  at(index: unknown): Heard {
    const heard = this.#heard[index as number];
    if (heard === undefined) throw new Error(`a message of the index ${String(index)}, which was never told`);
    return heard;
  }
}

function structsOf(type: AnyMessage | Heard): Structs {
  if (type instanceof Heard) return type.structs;
  return Object.entries(type.reply === null ? fieldsOf(type.body) : fieldsOf(type.body, type.reply));
}
