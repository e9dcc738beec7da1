/**
 * Busy polling: for a moment after each piece that came, the event loop does not sleep but looks again and again whether
 * more has come. Waking a thread costs more than most messages; a core that is kept busy is what that costs instead.
 *
 *   idle ──touch──▶ spinning ──nothing came for `ms`──▶ idle
 *                    └── touch: begins anew
 *
 * Off unless LIBPROCESS_BUSY_POLL says for how long (`100us`). It pays where a core can be spared for each end.
 *
 * Source: what Erlang's schedulers do (`+sbwt`), and Linux' SO_BUSY_POLL.
 */
export class BusyPoll {
  #until = 0;
  #spinning = false;

  /** @param ms - how long to look on, in milliseconds. */
  constructor(private readonly ms: number) {}

  /** Something came. */
  touch(): void {
    this.#until = performance.now() + this.ms;
    if (this.#spinning) return;
    this.#spinning = true;
    setImmediate(this.#look);
  }

  /** An immediate that is due keeps the loop from sleeping. */
  readonly #look = (): void => {
    if (performance.now() < this.#until) setImmediate(this.#look);
    else this.#spinning = false;
  };
}
