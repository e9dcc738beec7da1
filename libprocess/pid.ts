/**
 * Addresses of runtimes (`ip:port`) and of actors (`id@ip:port`), interned: equal addresses are the same object, so
 * they are compared with `===` and used as keys of maps.
 *
 * Source: libprocess `UPID` (pid.hpp). Like there, the host name that an address was written with is not part of it.
 */
import { Failure } from './failure.ts';
import type { Process } from './process.ts';

const PORT_MAX = 65_535;

/** Dead weak references are swept from an address once it holds this many more entries than after the last sweep. */
const SWEEP_EVERY = 1_024;

/** Where a runtime listens. There is one object for each `ip:port`; addresses are few and never forgotten. */
export class Address {
  static readonly #interned = new Map<string, Address>();

  readonly text: string;
  /** Strong for living local actors, weak for all others. */
  readonly #pids = new Map<string, PID | WeakRef<PID>>();
  #sweepAt = SWEEP_EVERY;

  private constructor(
    readonly ip: string,
    readonly port: number,
  ) {
    this.text = `${ip}:${port}`;
  }

  static of(ip: string, port: number): Address {
    const text = `${ip}:${port}`;
    let address = Address.#interned.get(text);
    if (address === undefined) {
      address = new Address(ip, port);
      Address.#interned.set(text, address);
    }
    return address;
  }

  /** @throws Failure BAD_ADDRESS unless `text` is `ip:port`. */
  static parse(text: string): Address {
    const colon = text.lastIndexOf(':');
    const port = Number(text.slice(colon + 1));
    if (colon <= 0 || colon === text.length - 1 || !Number.isInteger(port) || port < 0 || port > PORT_MAX) {
      throw new Failure(`'${text}' is not an address: want ip:port`, 'BAD_ADDRESS');
    }
    return Address.of(text.slice(0, colon), port);
  }

  pid(id: string): PID {
    const known = this.#pids.get(id);
    const alive = known instanceof WeakRef ? known.deref() : known;
    if (alive !== undefined) return alive;
    const pid = new PID(id, this);
    this.#pids.set(id, new WeakRef(pid));
    if (this.#pids.size >= this.#sweepAt) this.#sweep();
    return pid;
  }

  /** The PID of an actor that begins to live; kept until `release`. @internal */
  hold(id: string): PID {
    const known = this.#pids.get(id);
    const pid = (known instanceof WeakRef ? known.deref() : known) ?? new PID(id, this);
    this.#pids.set(id, pid);
    return pid;
  }

  /** @internal */
  release(pid: PID): void {
    this.#pids.set(pid.id, new WeakRef(pid));
    if (this.#pids.size >= this.#sweepAt) this.#sweep();
  }

  toString(): string {
    return this.text;
  }

  #sweep(): void {
    for (const [id, entry] of this.#pids) {
      if (entry instanceof WeakRef && entry.deref() === undefined) this.#pids.delete(id);
    }
    this.#sweepAt = this.#pids.size * 2 + SWEEP_EVERY;
  }
}

/** The address of one actor. Get one from a `Ref`, a message's sender, `PID.parse` or `address.pid(id)`. */
export class PID {
  /** The living actor at this address, if it is in this thread. @internal */
  process: Process | null = null;

  /** @internal Use `Address.pid`. */
  constructor(
    readonly id: string,
    readonly address: Address,
  ) {}

  /** Nobody: the sender of what no actor sent. */
  static get none(): PID {
    return NOBODY;
  }

  /** @throws Failure BAD_PID unless `text` is `id@ip:port`. */
  static parse(text: string): PID {
    const at = text.indexOf('@');
    if (at <= 0) throw new Failure(`'${text}' is not a PID: want id@ip:port`, 'BAD_PID');
    return Address.parse(text.slice(at + 1)).pid(text.slice(0, at));
  }

  toString(): string {
    return `${this.id}@${this.address.text}`;
  }

  toJSON(): string {
    return this.toString();
  }
}

const NOBODY = Address.of('0.0.0.0', 0).hold('');
