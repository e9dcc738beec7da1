/**
 * Addresses of runtimes (`ip:port`) and of actors (`id@ip:port`), interned: equal addresses are the same object, so
 * they are compared with `===` and used as keys of maps.
 *
 * Source: libprocess `UPID` (pid.hpp). Like there, the host name that an address was written with is not part of it.
 */
import { Failure } from './failure.ts';
import type { Mailbox } from './mailbox.ts';
import { type Page, Pages } from './pages.ts';
import type { Process } from './process.ts';

const PORT_MAX = 65_535;

/** What `ID.generate` makes: a prefix and a number without needless zeros. */
const COUNTED = /^(.*)\((0|[1-9]\d{0,8})\)$/s;

/** Dead weak references are swept from an address once it holds this many more entries than after the last sweep. */
const SWEEP_EVERY = 1_024;

/** Where a runtime listens. There is one object for each `ip:port`, for as long as somebody holds it. */
export class Address {
  /** Weak, since whoever reaches a port can make up as many as they like. */
  static readonly #interned = new Map<string, WeakRef<Address>>();
  static #sweepAllAt = SWEEP_EVERY;

  readonly text: string;
  /** Strong for living local actors, weak for all others and for those whose id is counted. */
  readonly #pids = new Map<string, PID | WeakRef<PID>>();
  /** Those whose ids are counted, by prefix. */
  readonly #counted = new Map<string, Pages>();
  #sweepAt = SWEEP_EVERY;

  private constructor(
    readonly ip: string,
    readonly port: number,
  ) {
    this.text = `${ip}:${port}`;
  }

  static of(ip: string, port: number): Address {
    const text = `${ip}:${port}`;
    const known = Address.#interned.get(text)?.deref();
    if (known !== undefined) return known;
    if (Address.#interned.size >= Address.#sweepAllAt) Address.#sweepAll();
    const address = new Address(ip, port);
    Address.#interned.set(text, new WeakRef(address));
    return address;
  }

  /** @throws Failure BAD_ADDRESS unless `text` is `ip:port`. */
  static parse(text: string): Address {
    const colon = text.lastIndexOf(':');
    const digits = text.slice(colon + 1);
    const port = Number(digits);
    if (colon <= 0 || !/^\d+$/.test(digits) || port > PORT_MAX) {
      throw new Failure(`'${text}' is not an address: want ip:port`, 'BAD_ADDRESS');
    }
    return Address.of(text.slice(0, colon), port);
  }

  pid(id: string): PID {
    const known = this.#known(id);
    if (known !== undefined) return known;
    const [, prefix, number] = COUNTED.exec(id) ?? [];
    const pid = prefix === undefined ? new PID(this, id, null) : this.#countedBy(prefix).at(Number(number));
    if (this.#pids.size >= this.#sweepAt) this.#sweep();
    this.#pids.set(id, new WeakRef(pid));
    return pid;
  }

  /** The PID of an id that somebody holds. @internal */
  find(id: string): PID | undefined {
    const known = this.#known(id);
    if (known !== undefined) return known;
    const [, prefix, number] = COUNTED.exec(id) ?? [];
    return prefix === undefined ? undefined : this.#counted.get(prefix)?.find(Number(number));
  }

  /** The PIDs whose ids `ID.generate(prefix)` makes, kept for good by the runtime that makes them. @internal */
  keep(prefix: string): Pages {
    const pages = this.#countedBy(prefix);
    pages.kept = true;
    return pages;
  }

  #countedBy(prefix: string): Pages {
    let pages = this.#counted.get(prefix);
    if (pages === undefined) {
      pages = new Pages(prefix, page => new PID(this, null, page));
      this.#counted.set(prefix, pages);
    }
    return pages;
  }

  /** Keeps the PID of an actor that begins to live, until `release`. @internal */
  hold(pid: PID): void {
    if (pid.page === null) this.#pids.set(pid.id, pid);
    else pid.page.pages.hold(pid.page);
  }

  /** @internal */
  release(pid: PID): void {
    if (pid.page !== null) pid.page.pages.release(pid.page);
    else this.#pids.set(pid.id, new WeakRef(pid));
  }

  #known(id: string): PID | undefined {
    const known = this.#pids.get(id);
    return known instanceof WeakRef ? known.deref() : known;
  }

  toString(): string {
    return this.text;
  }

  static #sweepAll(): void {
    for (const [text, entry] of Address.#interned) if (entry.deref() === undefined) Address.#interned.delete(text);
    Address.#sweepAllAt = Address.#interned.size * 2 + SWEEP_EVERY;
  }

  #sweep(): void {
    for (const [id, entry] of this.#pids) {
      if (entry instanceof WeakRef && entry.deref() === undefined) this.#pids.delete(id);
    }
    for (const [prefix, pages] of this.#counted) if (pages.isForgotten()) this.#counted.delete(prefix);
    this.#sweepAt = this.#pids.size * 2 + SWEEP_EVERY;
  }
}

/** The address of one actor. Get one from a `Ref`, a message's sender, `PID.parse` or `address.pid(id)`. */
export class PID {
  /** The mailbox of the living actor at this address, if it is in this thread. @internal */
  mailbox: Mailbox | null = null;
  #id: string | null;

  /** @internal Use `Address.pid`. */
  constructor(
    readonly address: Address,
    id: string | null,
    /** Where the address keeps it if its id is counted. @internal */
    readonly page: Page | null,
  ) {
    this.#id = id;
  }

  /** Made when somebody asks for the first time: most counted ids are never read. */
  get id(): string {
    this.#id ??= this.page?.idOf(this) ?? '';
    return this.#id;
  }

  /** The living actor at this address, if it is in this thread. @internal */
  get process(): Process | null {
    return this.mailbox === null ? null : this.mailbox.process;
  }

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

const NOBODY = Address.of('0.0.0.0', 0).pid('');
