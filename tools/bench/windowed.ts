/** The two ends of a one-way stream of messages: one sends with at most a window under way, the other says what arrived. */
import { type PID, Process, Promised } from '../../libprocess/index.ts';
import { Data, FrameCounter, Got, PAYLOAD } from './peer-protocol.ts';

export class Sink extends Process {
  #seen = 0;

  protected override initialize(): void {
    this.install(Data, (_body, from) => {
      this.#seen += 1;
      if (this.#seen % FrameCounter.EVERY === 0) this.send(from, Got, { count: FrameCounter.EVERY });
    });
  }
}

/** Keeps at most `window` messages under way. */
export class Sender extends Process {
  readonly done = new Promised<void>();
  #sent = 0;
  #got = 0;

  constructor(
    private readonly sink: PID,
    private readonly count: number,
    private readonly window: number,
  ) {
    super('sender');
  }

  protected override initialize(): void {
    this.install(Got, ({ count }) => {
      this.#got += count;
      this.#go();
    });
    this.#go();
  }

  #go(): void {
    if (this.#got >= this.count) this.done.set();
    for (; this.#sent < this.count && this.#sent - this.#got < this.window; this.#sent++) {
      this.send(this.sink, Data, { n: this.#sent, payload: PAYLOAD });
    }
  }
}
