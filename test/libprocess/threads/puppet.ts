/** The actors that live in the threads of the tests, and, the same, on the nodes of a simulation. */
import { type BodyOf, Failure, Future, PID, Process, Promised, type Runtime } from '../../../libprocess/index.ts';
import { Double, Echo, GivenUp, Note, Order, Wait } from './protocol.ts';

/** Answers, echoes, and does as it is told; of all that happens to it, it notifies who orders. */
export class Puppet extends Process {
  #master: PID = PID.none;
  #givenUp = 0;

  protected override initialize(): void {
    this.install(Echo, ({ text }, from) => this.send(from, Note, { text }));
    this.install(Note, ({ text }, from) => this.#say(`note ${text} from ${from.id}`));
    this.install(Double, this.#double);
    this.install(Wait, this.#wait);
    this.install(GivenUp, () => ({ count: this.#givenUp }));
    this.install(Order, this.#order);
  }

  protected override exited(pid: PID): void {
    this.#say(`exited ${pid.id}`);
  }

  protected override finalize(): void {
    this.#say(`finalized ${this.pid.id}`);
  }

  #double({ number }: BodyOf<typeof Double>): { readonly number: number } {
    if (number === 13) throw new Failure('13 is unlucky', 'UNLUCKY');
    return { number: number * 2 };
  }

  #wait(): Future<object> {
    const never = new Promised<object>();
    never.onDiscard(() => {
      this.#givenUp += 1;
      never.discarded();
    });
    return never;
  }

  #order({ what, argument }: BodyOf<typeof Order>, from: PID): void | Promise<void> {
    this.#master = from;
    switch (what) {
      case 'link':
        return this.link(this.#pidOf(argument));
      case 'tell':
        return this.send(this.#pidOf(argument), Note, { text: `from ${this.pid.id}` });
      case 'double':
        return this.#askDouble(this.#pidOf(argument));
      case 'spawn':
        return this.#spawn(argument);
      case 'flood':
        for (let n = 0; n < Number(argument); n++) this.send(from, Note, { text: String(n) });
        return undefined;
      case 'log':
        return this.log.warn({ error: new Error('boom') }, argument);
      case 'count':
        return this.runtime.metrics.count(argument);
      case 'throw':
        throw new Error(argument);
      case 'crash':
        // What no actor catches ends the thread.
        process.nextTick(() => {
          throw new Error(argument);
        });
        return undefined;
      case 'hang':
        return hang();
      default:
        return this.terminate();
    }
  }

  async #askDouble(to: PID): Promise<void> {
    const answer = this.ask(to, Double, { number: 21 });
    await this.turn(Future.await([answer]));
    this.#say(answer.state === 'ready' ? `doubled ${answer.value.number}` : `double failed: ${codeOf(answer.error)}`);
  }

  #spawn(id: string): void {
    try {
      this.spawn(new Puppet(id));
      this.#say(`spawned ${id}`);
    } catch (error) {
      this.#say(`spawn failed: ${codeOf(error)}`);
    }
  }

  #say(text: string): void {
    this.send(this.#master, Note, { text });
  }

  #pidOf(text: string): PID {
    return text.includes('@') ? PID.parse(text) : this.runtime.address.pid(text);
  }
}

/** What is at home in a thread, or on a node. */
export function boot(runtime: Runtime, ids: readonly string[]): void {
  for (const id of ids) runtime.spawn(new Puppet(id));
}

function codeOf(error: unknown): string {
  return error instanceof Failure ? error.code : String(error);
}

function hang(): never {
  for (;;);
}
