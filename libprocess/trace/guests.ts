/**
 * Viewers that sit at other nodes and look at this one, through the link between both.
 *
 * A link is there for more than a debugger: no events are sent to a guest that has not taken those before.
 */
import type { PID } from '../pid.ts';
import type { WireOrder } from './orders.ts';
import { isBulky, type Report } from './protocol.ts';
import { Session, type Watched } from './session.ts';

/** Viewers of one other node. */
const GUESTS_MAX = 32;
/** Reports that a guest has not taken: with so many it gets no events. */
const UNTAKEN_MAX = 8;

interface Guest {
  readonly session: Session;
  /** Reports that it has not taken yet. */
  untaken: number;
}

export class Guests {
  /** By the debugger that they sit at, and by their names there. */
  readonly #byHost = new Map<PID, Map<string, Guest>>();

  /** @param send - sends a report to the viewer of a debugger at another node. */
  constructor(
    private readonly watched: () => Watched,
    private readonly send: (host: PID, viewer: string, report: Report) => void,
  ) {}

  get isEmpty(): boolean {
    return this.#byHost.size === 0;
  }

  *sessions(): Generator<Session> {
    for (const guests of this.#byHost.values()) for (const { session } of guests.values()) yield session;
  }

  /** True for a host of whom there is a guest already. */
  knows(host: PID): boolean {
    return this.#byHost.has(host);
  }

  /** Does what a guest asks; nothing for one too many. */
  obey(host: PID, viewer: string, order: WireOrder): void {
    const guests = this.#byHost.get(host) ?? new Map<string, Guest>();
    const guest = guests.get(viewer) ?? this.#welcome(host, viewer);
    if (guests.size >= GUESTS_MAX && !guests.has(viewer)) return;
    this.#byHost.set(host, guests.set(viewer, guest));
    guest.session.obey(order);
  }

  taken(host: PID, viewer: string): void {
    const guest = this.#byHost.get(host)?.get(viewer);
    if (guest !== undefined) guest.untaken -= 1;
  }

  left(host: PID, viewer: string): void {
    const guests = this.#byHost.get(host);
    guests?.delete(viewer);
    if (guests?.size === 0) this.#byHost.delete(host);
  }

  /** The host cannot be reached any more. */
  gone(host: PID): void {
    this.#byHost.delete(host);
  }

  #welcome(host: PID, viewer: string): Guest {
    const say = (report: Report): boolean => {
      if (isBulky(report) && guest.untaken >= UNTAKEN_MAX) return false;
      guest.untaken += 1;
      this.send(host, viewer, report);
      return true;
    };
    const guest: Guest = { session: new Session(this.watched(), say), untaken: 0 };
    return guest;
  }
}
