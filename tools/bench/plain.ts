/**
 * The limit that actors are measured against: a queue of objects, served by the functions of a map. It has neither
 * addresses nor turns, ends or failures; less than this no language with messages can do in JavaScript.
 */

export interface Mail<B> {
  readonly type: string;
  readonly body: B;
}

export class Plain<B = { readonly n: number }> {
  readonly handlers = new Map<string, (body: B) => void>();
  queue: Mail<B>[] = [];

  send(type: string, body: B): void {
    this.queue.push({ type, body });
  }

  /** Serves what is there, and what comes of it. */
  drain(): void {
    let mails = this.queue;
    while (mails.length > 0) {
      this.queue = [];
      for (const mail of mails) this.handlers.get(mail.type)?.(mail.body);
      mails = this.queue;
    }
  }
}
