/**
 * PIDs of counted ids (`slave(1)`, `slave(2)`, …): one object for each, for as long as somebody holds it.
 *
 *   prefix ──▶ Pages ──number──▶ Page of 64 ⇄ PIDs
 *
 * The table keeps a page while one of its actors lives, and after that by a weak reference. Each PID holds its page, so
 * the page, and with it every PID that is still known to anybody, stays. Thus an actor that ends costs neither a weak
 * reference nor an entry of a map of its own, nor, unless somebody asks, the text of its id.
 */
import type { PID } from './pid.ts';

/** PIDs in a page: one that somebody holds keeps so many others from being collected. */
const PAGE = 64;

/** Dead weak references are swept once there are this many more pages than after the last sweep. */
const SWEEP_EVERY = 64;

export class Page {
  readonly pids: (PID | undefined)[] = [];
  /** How many of its actors live. */
  living = 0;
  weak: WeakRef<Page> | null = null;

  constructor(
    readonly pages: Pages,
    readonly index: number,
  ) {}

  idOf(pid: PID): string {
    return `${this.pages.prefix}(${this.index * PAGE + this.pids.indexOf(pid)})`;
  }
}

/** The pages of one prefix at one address. */
export class Pages {
  readonly #pages = new Map<number, Page | WeakRef<Page>>();
  /** Where the actor that was spawned last has its PID; kept, since the next one will be there too. */
  #newest: Page | null = null;
  #sweepAt = SWEEP_EVERY;
  /** A runtime makes ids of this prefix, and counts on them. */
  kept = false;

  constructor(
    readonly prefix: string,
    private readonly create: (page: Page) => PID,
  ) {}

  find(number: number): PID | undefined {
    return this.#find(Math.floor(number / PAGE))?.pids[number % PAGE];
  }

  at(number: number): PID {
    const index = Math.floor(number / PAGE);
    const page = this.#find(index) ?? this.#add(index);
    let pid = page.pids[number % PAGE];
    if (pid === undefined) {
      pid = this.create(page);
      page.pids[number % PAGE] = pid;
    }
    return pid;
  }

  /** An actor of `page` begins to live. */
  hold(page: Page): void {
    page.living += 1;
    if (page === this.#newest) return;
    const { index } = page;
    this.#pages.set(index, page);
    const before = this.#newest;
    this.#newest = page;
    if (before !== null && before.living === 0) this.#weaken(before);
  }

  /** An actor of `page` has ended. */
  release(page: Page): void {
    page.living -= 1;
    if (page.living === 0 && page !== this.#newest) this.#weaken(page);
  }

  /** Nobody holds a PID of this prefix, and no runtime makes them: who made them up has gone. */
  isForgotten(): boolean {
    if (this.kept || this.#newest !== null) return false;
    this.#sweep();
    return this.#pages.size === 0;
  }

  #find(index: number): Page | undefined {
    if (this.#newest?.index === index) return this.#newest;
    const known = this.#pages.get(index);
    return known instanceof WeakRef ? known.deref() : known;
  }

  #add(index: number): Page {
    const page = new Page(this, index);
    if (this.#pages.size >= this.#sweepAt) this.#sweep();
    this.#weaken(page);
    return page;
  }

  #weaken(page: Page): void {
    page.weak ??= new WeakRef(page);
    this.#pages.set(page.index, page.weak);
  }

  #sweep(): void {
    for (const [index, page] of this.#pages) {
      if (page instanceof WeakRef && page.deref() === undefined) this.#pages.delete(index);
    }
    this.#sweepAt = this.#pages.size * 2 + SWEEP_EVERY;
  }
}
