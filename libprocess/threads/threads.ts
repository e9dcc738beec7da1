/**
 * The threads of one runtime, as its main thread knows them: which id lives where, and who wants to hear of whose end.
 *
 *   framework ──TCP──▶ main thread ──┬── an actor of its own
 *                                    ├── MessagePort ──▶ thread 'hasher'     actors hash(1), hash(2)
 *                                    └── MessagePort ──▶ thread 'parser'     actor parse
 *
 * Only the main thread knows all ids. A thread hands it whatever is not for one of its own actors: so does one thread for
 * another, unread (a channel of their own would save one of two hops, and make order a matter of luck while an id moves).
 */
import type { Envelope } from '../envelope.ts';
import { Failure } from '../failure.ts';
import { Future } from '../future.ts';
import { notFound, type Request, type Response } from '../http/http.ts';
import type { Address, PID } from '../pid.ts';
import type { Runtime } from '../runtime.ts';
import { Reports } from '../transport/reports.ts';
import { FRAME } from './frames.ts';
import type { Neighbours } from './neighbours.ts';
import { type Claim, GRANTED, REFUSED } from './setting.ts';
import type { LiveThread, ThreadWorld } from './thread.ts';

/** Where an actor lives. */
interface Home {
  readonly thread: LiveThread;
  /** Which of the actors that the thread has spawned: an id may end and begin again. */
  readonly count: number;
}

export class Threads implements Neighbours, ThreadWorld {
  readonly mark = '';
  readonly #threads = new Map<string, LiveThread>();
  readonly #homes = new Map<string, Home>();
  /** Threads that linked to an actor of another one. */
  readonly #linked = new Map<string, Set<LiveThread>>();
  /** Threads that linked to an actor of another host. */
  readonly #watching = new Map<Address, Set<LiveThread>>();
  readonly #reports: Reports;

  constructor(readonly runtime: Runtime) {
    this.#reports = new Reports(runtime);
    runtime.metrics.refresh = () => Future.await([...this.#threads.values()].map(thread => thread.mirror.refresh()));
  }

  add(thread: LiveThread): void {
    this.#threads.set(thread.name, thread);
  }

  /** @throws Failure DUPLICATE_THREAD, or STOPPING. */
  checkNew(name: string): void {
    if (this.#threads.has(name)) throw new Failure(`there is a thread '${name}' already`, 'DUPLICATE_THREAD');
    if (this.runtime.isStopping) throw new Failure(`the runtime stops: no thread '${name}'`, 'STOPPING');
  }

  get all(): Iterable<LiveThread> {
    return this.#threads.values();
  }

  // What the runtime asks.

  spawning(id: string): void {
    const home = this.#homes.get(id);
    if (home === undefined) return;
    throw new Failure(`there is a process '${id}' already, in the thread '${home.thread.name}'`, 'DUPLICATE_ID');
  }

  ended(pid: PID): void {
    this.#tellLinked(pid.id);
  }

  take(envelope: Envelope): boolean {
    if (envelope.kind !== 'message') return false;
    const thread = this.homeOf(envelope.to.id);
    thread?.channel.carry(envelope);
    return thread !== undefined;
  }

  /** The thread tells of every end, without being asked. */
  link(pid: PID): boolean {
    return this.has(pid.id);
  }

  disconnected(address: Address): void {
    for (const thread of this.#watching.get(address) ?? []) thread.channel.send(FRAME.broken, [address.text]);
    this.#watching.delete(address);
  }

  has(id: string): boolean {
    return this.#homes.has(id);
  }

  serve(id: string, request: Request): Future<Response> {
    const thread = this.homeOf(id);
    return thread === undefined ? Future.ready(notFound()) : thread.serve(request);
  }

  processes(): Future<readonly object[]> {
    const asked = [...this.#threads.values()].map(thread => thread.processes());
    return Future.collect(asked).then(all => all.flat());
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#threads.values()].map(thread => thread.stop()));
  }

  // What its threads say.

  homeOf(id: string): LiveThread | undefined {
    return this.#homes.get(id)?.thread;
  }

  /** Whether `thread` may have an actor of this id; from now on it has. */
  claim(thread: LiveThread, [id, count]: Claim): number {
    const home = this.#homes.get(id);
    if (this.runtime.process(id) !== undefined || (home !== undefined && home.thread !== thread)) return REFUSED;
    this.#homes.set(id, { thread, count });
    return GRANTED;
  }

  actorSpawned(thread: LiveThread, id: string, count: number): void {
    this.#homes.set(id, { thread, count });
  }

  actorEnded(thread: LiveThread, id: string, count: number): void {
    const home = this.#homes.get(id);
    if (home?.thread === thread && home.count === count) this.#homes.delete(id);
    this.#gone(id);
  }

  linkFrom(thread: LiveThread, id: string): void {
    if (this.runtime.process(id) === undefined && !this.#homes.has(id)) thread.channel.send(FRAME.exited, [id]);
    else add(this.#linked, id, thread);
  }

  watchFrom(thread: LiveThread, address: Address, mode: 'reuse' | 'reconnect'): void {
    add(this.#watching, address, thread);
    this.runtime.watch(address, mode);
  }

  forget(thread: LiveThread): void {
    this.#threads.delete(thread.name);
    for (const linkers of [...this.#linked.values(), ...this.#watching.values()]) linkers.delete(thread);
    for (const [id, home] of [...this.#homes]) {
      if (home.thread !== thread) continue;
      this.#homes.delete(id);
      this.#gone(id);
    }
  }

  report(metric: string, thread: string, text: string): void {
    this.#reports.report(metric, `thread ${thread}`, text);
  }

  /** An actor of another thread has ended. */
  #gone(id: string): void {
    this.runtime.gone(this.runtime.address.pid(id));
    this.#tellLinked(id);
  }

  #tellLinked(id: string): void {
    for (const thread of this.#linked.get(id) ?? []) thread.channel.send(FRAME.exited, [id]);
    this.#linked.delete(id);
  }
}

function add<K>(sets: Map<K, Set<LiveThread>>, key: K, thread: LiveThread): void {
  const known = sets.get(key);
  if (known === undefined) sets.set(key, new Set([thread]));
  else known.add(thread);
}
