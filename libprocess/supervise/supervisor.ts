/**
 * Supervisors: actors that start others, and start them again when they end.
 *
 *              a dies                   strategy        what is stopped, last one first, and started, first one first
 *   children:  [ a  b  c ]              one-for-one     a
 *                   b dies              rest-for-one    b c
 *                                       one-for-all     a b c
 *
 * A child ends by being terminated, or by a bug; its {@link Restart} says whether it returns. When more than
 * `intensity.restarts` children had to return within `intensity.withinMs`, restarting does not help: the supervisor
 * dies itself, as of a bug, and takes all children along. Its own supervisor, if it has one, then starts the whole
 * group again; if it was spawned as essential, the OS process ends.
 *
 * A bug in a child never ends the OS process. While the runtime stops, nothing is restarted.
 *
 *   const allocator = new Child(() => new Allocator());
 *   const master = new Child(() => new Master(allocator.ref));     // made after the allocator: start order
 *   runtime.spawn(new Supervisor({ strategy: 'rest-for-one', children: [allocator, master] }), { essential: true });
 *
 * Source: Erlang/OTP supervisor(3). libprocess has none: there a throw aborts the OS process.
 */

import type { Ending } from '../ending.ts';
import { type CountedId, ID } from '../id.ts';
import type { PID } from '../pid.ts';
import { Process } from '../process.ts';
import type { Child } from './child.ts';

/** Who is stopped and started along with a child that ended. */
export type Strategy = 'one-for-one' | 'rest-for-one' | 'one-for-all';

/** How many restarts are borne in what time. */
export interface Intensity {
  /** How many restarts are borne… */
  readonly restarts: number;
  /** …in this time. */
  readonly withinMs: number;
}

/** Whom a supervisor starts, and how it goes about restarting them. */
export interface SupervisorOptions {
  readonly children: readonly Child[];
  /** By default one-for-one. */
  readonly strategy?: Strategy | undefined;
  /** By default 1 in 5 seconds, as in Erlang. */
  readonly intensity?: Intensity | undefined;
  /** By default `supervisor(N)`. */
  readonly id?: string | CountedId | undefined;
}

const INTENSITY: Intensity = { restarts: 1, withinMs: 5_000 };

/** One child and how it fares. */
interface Place {
  readonly child: Child;
  /** Null while it does not run. */
  pid: PID | null;
  /** It ended, and must return. */
  due: boolean;
  /** This supervisor is ending it. */
  stopping: boolean;
}

/** An actor that starts others, and starts them again when they end. */
export class Supervisor extends Process {
  readonly #strategy: Strategy;
  readonly #intensity: Intensity;
  /** In start order. */
  readonly #places: Place[];
  /** When the last restarts were called for, oldest first. */
  #restartedAt: number[] = [];
  #restoring = false;

  constructor({ children, strategy = 'one-for-one', intensity = INTENSITY, id }: SupervisorOptions) {
    super(id ?? ID.generate('supervisor'));
    this.#strategy = strategy;
    this.#intensity = intensity;
    this.#places = children.map(place);
  }

  /** Starts one more child, last in the start order. Fails DUPLICATE_ID when its id is taken. */
  add(child: Child): void {
    const added = place(child);
    this.#start(added);
    this.#places.push(added);
  }

  /** Those that run now, in start order. */
  running(): PID[] {
    return this.#places.flatMap(({ pid }) => pid ?? []);
  }

  protected override initialize(): void {
    for (const each of this.#places) this.#startOrDie(each);
  }

  protected override finalize(): void {
    for (const { pid } of [...this.#places].reverse()) if (pid !== null) this.runtime.terminate(pid);
  }

  #start(started: Place): void {
    const ended = this.defer(this.#ended);
    started.child.start(process => this.spawn(process, { ended: how => ended(started, how) }));
    started.pid = started.child.ref.pid;
    started.due = false;
  }

  /** A child that cannot even be made ends the supervisor: nothing here could do better. */
  #startOrDie(started: Place): void {
    try {
      this.#start(started);
    } catch (error) {
      throw new Error(`${this.pid} cannot start its child ${this.#places.indexOf(started) + 1}`, { cause: error });
    }
  }

  async #ended(place: Place, how: Ending): Promise<void> {
    place.pid = null;
    if (place.child.restart === 'temporary') this.#places.splice(this.#places.indexOf(place), 1);
    if (place.stopping || this.runtime.isStopping || !place.child.returnsAfter(how)) return;
    place.due = true;
    this.#countRestart(place);
    if (this.#restoring) return;
    this.#restoring = true;
    await this.#restore();
    this.#restoring = false;
  }

  /** @throws Error beyond the intensity, of which this supervisor dies. */
  #countRestart({ child }: Place): void {
    const { restarts, withinMs } = this.#intensity;
    this.#restartedAt = [...this.#restartedAt.filter(at => this.now - at < withinMs), this.now];
    if (this.#restartedAt.length > restarts) {
      throw new Error(
        `${this.pid} gives up: more than ${restarts} restarts in ${withinMs} ms, now of ${child.ref.pid}`,
      );
    }
    this.log.warn({ pid: String(child.ref.pid), strategy: this.#strategy }, `${this.pid} restarts ${child.ref.pid}`);
  }

  /** Brings back all that are due; while some are being stopped, others may become so. */
  async #restore(): Promise<void> {
    for (let due = this.#firstDue(); due >= 0; due = this.#firstDue()) {
      const group = this.#groupOf(due);
      for (const each of [...group].reverse()) if (each.pid !== null) await this.#stop(each, each.pid);
      if (this.runtime.isStopping) return;
      for (const each of group) if (each.child.restart !== 'temporary') this.#startOrDie(each);
    }
  }

  #firstDue(): number {
    return this.#places.findIndex(({ due }) => due);
  }

  #groupOf(index: number): Place[] {
    if (this.#strategy === 'one-for-all') return [...this.#places];
    return this.#places.slice(index, this.#strategy === 'one-for-one' ? index + 1 : undefined);
  }

  async #stop(stopped: Place, pid: PID): Promise<void> {
    stopped.stopping = true;
    this.runtime.terminate(pid);
    await this.turn(this.runtime.wait(pid));
    stopped.stopping = false;
  }
}

function place(child: Child): Place {
  return { child, pid: null, due: false, stopping: false };
}
