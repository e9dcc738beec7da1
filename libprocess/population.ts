/** The living actors of a runtime in the order in which they were spawned: a list that runs through their mailboxes. */
import type { Mailbox } from './mailbox.ts';
import type { Process } from './process.ts';

export class Population {
  #first: Mailbox | null = null;
  #last: Mailbox | null = null;

  add(mailbox: Mailbox): void {
    mailbox.before = this.#last;
    if (this.#last === null) this.#first = mailbox;
    else this.#last.behind = mailbox;
    this.#last = mailbox;
  }

  delete({ before, behind }: Mailbox): void {
    if (before === null) this.#first = behind;
    else before.behind = behind;
    if (behind === null) this.#last = before;
    else behind.before = before;
  }

  *[Symbol.iterator](): Iterator<Process> {
    for (let mailbox = this.#first; mailbox !== null; mailbox = mailbox.behind) yield mailbox.process;
  }
}
