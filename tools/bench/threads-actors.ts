/** The actors of the thread bench: the same in the main thread and in others. */
import { type BodyOf, type Future, type PID, Process, Promised } from '../../libprocess/index.ts';
import { Ball, Data, Got, Send, STEP, WINDOW } from './threads-protocol.ts';

/** Takes messages, acknowledges them by the thousand, and throws balls back. */
export class Sink extends Process {
  #got = 0;

  protected override initialize(): void {
    this.install(Ball, ({ n }) => ({ n }));
    this.install(Data, (_body, from) => {
      this.#got += 1;
      if (this.#got % STEP === 0) this.send(from, Got, { count: STEP });
    });
  }
}

/** Sends a number of messages to `sink`, with a window; the number must be a multiple of STEP. */
export class Source extends Process {
  #left = 0;
  #unsaid = 0;
  #payload = '';
  #done = new Promised<object>();

  constructor(
    id: string,
    private readonly sink: PID,
  ) {
    super(id);
  }

  protected override initialize(): void {
    this.install(Send, this.#begin);
    this.install(Got, ({ count }) => {
      this.#unsaid -= count;
      this.#go();
    });
  }

  /** Ready once all have arrived. */
  run(count: number, payload: string): Future<object> {
    return this.#begin({ count, payload });
  }

  /** Lets the source of another thread send; ready once all have arrived. */
  order(source: PID, count: number, payload: string): Future<object> {
    return this.ask(source, Send, { count, payload });
  }

  /** Asks so many questions, `outstanding` at a time. */
  question(count: number, outstanding: number): Future<object> {
    const done = new Promised<object>();
    let [begun, answered] = [0, 0];
    const next = (): void => {
      answered += 1;
      if (answered === count) done.set({});
      else if (begun < count) begin();
    };
    const begin = this.defer(() => {
      begun += 1;
      this.ask(this.sink, Ball, { n: begun }).onReady(next);
    });
    for (let n = 0; n < Math.min(count, outstanding); n++) begin();
    return done;
  }

  #begin({ count, payload }: BodyOf<typeof Send>): Future<object> {
    this.#left = count;
    this.#payload = payload;
    this.#done = new Promised();
    this.#go();
    return this.#done;
  }

  #go(): void {
    for (; this.#left > 0 && this.#unsaid < WINDOW; this.#left--, this.#unsaid++) {
      this.send(this.sink, Data, { n: this.#left, payload: this.#payload });
    }
    if (this.#left === 0 && this.#unsaid === 0) this.#done.set({});
  }
}
