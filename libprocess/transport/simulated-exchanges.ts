/** What one simulated node has under way with others, and what breaks when one of them goes down. */
import { Failure } from '../failure.ts';
import type { Address } from '../pid.ts';

export interface Exchange {
  readonly peer: Address;
  readonly fail: (error: Failure) => void;
}

export class Exchanges {
  readonly #open = new Set<Exchange>();

  open(peer: Address, fail: (error: Failure) => void): Exchange {
    const exchange = { peer, fail };
    this.#open.add(exchange);
    return exchange;
  }

  /** It came to its end. */
  close(exchange: Exchange): void {
    this.#open.delete(exchange);
  }

  breakWith(peer: Address): void {
    for (const exchange of [...this.#open]) if (exchange.peer === peer) this.#break(exchange);
  }

  breakAll(): void {
    for (const exchange of [...this.#open]) this.#break(exchange);
  }

  #break(exchange: Exchange): void {
    this.#open.delete(exchange);
    exchange.fail(new Failure(`the connection to ${exchange.peer} broke`, 'DISCONNECTED'));
  }
}

/** An error as it arrives at another node: without its stack and its cause. */
export function asFailure(error: unknown): Failure {
  if (error instanceof Failure) return new Failure(error.message, error.code);
  return new Failure(error instanceof Error ? error.message : 'discarded', 'FAILED');
}
