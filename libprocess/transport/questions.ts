/**
 * The questions between this runtime and one peer: those that actors here have asked, and those that they are to answer.
 *
 *   asked ──sent on a link──▶ open ──answer, failure, discarded──▶ done
 *                              └──the link breaks──▶ failed DISCONNECTED
 *   owed  ──the actor answers──▶ done
 *          └──the peer breaks──▶ discarded: nobody waits any more
 */
import type { Failure } from '../failure.ts';
import { type Future, Promised } from '../future.ts';
import type { Link } from './link.ts';
import type { AnyMessage } from './names.ts';

interface Asked {
  readonly type: AnyMessage;
  readonly reply: Promised<unknown>;
  /** The link it went out on; null while it waits. */
  link: Link | null;
}

export class Questions {
  readonly #asked = new Map<number, Asked>();
  readonly #owed = new Map<number, Promised<unknown>>();
  #last = 0;

  /** Notes a question of ours. @returns its number. */
  ask(type: AnyMessage, reply: Promised<unknown>): number {
    this.#last += 1;
    const ask = this.#last;
    this.#asked.set(ask, { type, reply, link: null });
    reply.onDiscard(() => this.#asked.get(ask)?.link?.discard(ask));
    return ask;
  }

  /** It went out on `link`. One that was given up while it waited is given up there too. */
  sent(ask: number, link: Link): void {
    const asked = this.#asked.get(ask);
    if (asked === undefined) return;
    asked.link = link;
    if (asked.reply.discardRequested) link.discard(ask);
  }

  /** The question that `ask` numbers, which is open no more; undefined when it was given up with its link. */
  answered(ask: number): { readonly type: AnyMessage; readonly reply: Promised<unknown> } | undefined {
    const asked = this.#asked.get(ask);
    this.#asked.delete(ask);
    return asked;
  }

  /** Answers to what went out on `from` will come by `to`. */
  move(from: Link, to: Link): void {
    for (const asked of this.#asked.values()) if (asked.link === from) asked.link = to;
  }

  /** Fails what went out on `link`; null means all. */
  fail(why: Failure, link: Link | null = null): void {
    for (const [ask, asked] of [...this.#asked]) {
      if (link !== null && asked.link !== link) continue;
      this.#asked.delete(ask);
      asked.reply.fail(why);
    }
  }

  /** Notes a question of the peer. `answer` is called with the answer, unless the peer broke before. */
  owe(ask: number, answer: (done: Future<unknown>) => void): Promised<unknown> {
    const reply = new Promised<unknown>();
    this.#owed.set(ask, reply);
    reply.onAny(done => {
      if (this.#owed.get(ask) !== reply) return;
      this.#owed.delete(ask);
      answer(done);
    });
    return reply;
  }

  /** The peer has lost interest. */
  discard(ask: number): void {
    this.#owed.get(ask)?.discard();
  }

  /** The peer broke: who still works on an answer may stop. */
  discardOwed(): void {
    const owed = [...this.#owed.values()];
    this.#owed.clear();
    for (const reply of owed) reply.discard();
  }
}
