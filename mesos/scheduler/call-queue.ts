/**
 * A scheduler's calls, one after another: the next one leaves when the master has answered the one before, so that
 * they arrive in order whatever connections carry them.
 */
import { Failure, ID, Process, Promised, type Response } from '../../libprocess/index.ts';
import type { Call } from '../protocol/scheduler-api.ts';
import { refusalCode, requestOf, sentenceOf } from './endpoint.ts';

interface Waiting {
  readonly call: Call;
  readonly done: Promised<void>;
}

/** Calls of one subscription. */
export class CallQueue extends Process {
  readonly #waiting: Waiting[] = [];
  #sending = false;

  constructor(
    private readonly master: string,
    private readonly streamId: string,
  ) {
    super(ID.generate('scheduler-calls'));
  }

  /** Ready once the master has accepted `call`; fails CONNECT, DISCONNECTED, UNAVAILABLE, NOT_IMPLEMENTED or REFUSED. */
  async call(call: Call): Promise<void> {
    const done = new Promised<void>();
    this.#waiting.push({ call, done });
    if (!this.#sending) this.defer(this.#sendAll)();
    this.#sending = true;
    await this.turn(done);
  }

  async #sendAll(): Promise<void> {
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      const answered = this.runtime.request(
        this.master,
        requestOf(next.call, this.streamId, this.runtime.address.text),
      );
      next.done.associate(answered.then(response => this.#check(next.call, response)));
      await this.turn(next.done.recover(() => undefined));
    }
    this.#sending = false;
  }

  async #check({ type }: Call, response: Response): Promise<void> {
    const sentence = await sentenceOf(response);
    if (response.status >= 300) throw new Failure(`${type} was refused: ${sentence}`, refusalCode(response.status));
  }
}
