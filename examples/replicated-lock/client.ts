/**
 * A client of the lock: tries for it, works for a while when it has it, gives it back, and tries again.
 *
 *   waiting ──▶ asking ──majority──▶ holding ──work done, or HOLD_MS──▶ waiting
 *                  └──── too few votes: gives back those it got ───────▶ waiting
 */
import { Future, type PID, Process } from '../../libprocess/index.ts';
import { HOLD_MS, isMajority, LEASE_MS } from './lease.ts';
import { Acquire, Release } from './protocol.ts';

/** The longest that a server may take to vote. */
const VOTE_MAX_MS = 250;
/** The longest pause before the next try; chance keeps clients from colliding for ever. */
const PAUSE_MAX_MS = 300;
/** The longest that the work would take; it is broken off when the lease ends. */
const WORK_MAX_MS = 1_500;

/** One time of holding the lock. */
export interface Tenure {
  readonly token: number;
  /** By the client's own clock. */
  readonly until: number;
}

export class LockClient extends Process {
  /** The highest token that it has heard of. */
  #token = 0;
  #tenure: Tenure | null = null;

  /** @param begun - told of each tenure as it begins. */
  constructor(
    id: string,
    private readonly servers: readonly PID[],
    private readonly begun: (tenure: Tenure) => void,
  ) {
    super(id);
  }

  /** True while this client believes that it has the lock. */
  get holds(): boolean {
    return this.#tenure !== null && this.now < this.#tenure.until;
  }

  protected override initialize(): Promise<void> {
    return this.#try();
  }

  async #try(): Promise<void> {
    const asked = this.now;
    const token = this.#token + 1;
    const votes = await this.turn(Future.await(this.servers.map(server => this.#ask(server, token))));
    const given = votes.filter(vote => vote.state === 'ready').map(vote => vote.value);
    this.#token = Math.max(token, ...given.map(vote => vote.token));
    const granted = given.filter(vote => vote.granted).length;
    const until = this.#endOf(asked);
    if (this.#isEnough(granted) && this.now < until) this.#hold({ token, until });
    else this.#giveBack(token);
  }

  #ask(server: PID, token: number): Future<{ readonly granted: boolean; readonly token: number }> {
    return this.ask(server, Acquire, { token }).orFailAfter(VOTE_MAX_MS, 'NO_VOTE');
  }

  #hold(tenure: Tenure): void {
    this.#tenure = tenure;
    this.begun(tenure);
    const workMs = this.random.next() * WORK_MAX_MS;
    this.delay(Math.min(workMs, tenure.until - this.now), this.#giveBack, tenure.token);
  }

  #giveBack(token: number): void {
    this.#tenure = null;
    for (const server of this.servers) this.send(server, Release, { token });
    this.delay(this.random.next() * PAUSE_MAX_MS, this.#try);
  }

  #isEnough(granted: number): boolean {
    if (this.runtime.chaos?.('lock/skip-quorum')) return granted > 0;
    return isMajority(granted, this.servers.length);
  }

  #endOf(asked: number): number {
    if (this.runtime.chaos?.('lock/trust-clocks')) return asked + LEASE_MS;
    if (this.runtime.chaos?.('lock/count-from-votes')) return this.now + HOLD_MS;
    return asked + HOLD_MS;
  }
}
