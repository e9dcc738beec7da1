/**
 * A sequence diagram laid out: a lane for each actor, grouped by node, a row for each event, arrows and bars of turns.
 *
 *          master      slave(1)           lanes
 *    row 0   ┃────RunTask──▶┃             an arrow: both sides of a message that crossed the network make one
 *    row 1   │              ┃──start──▶   a bar: from its arrival down to the last thing that its turn sent
 *
 * Rows are in order of time, each after the row of its cause, whatever the clocks of two nodes say. Pure.
 */
import { addressOf, idOf } from '../../../../libprocess/trace.ts';
import type { Entry } from './entry.ts';
import { endsOf, isArrivalOf } from './flows.ts';

/** Rows of one diagram; what is later is left out, and counted. */
export const ROWS_MAX = 20_000;

export interface Lane {
  readonly pid: string;
  readonly node: string;
  readonly label: string;
}

export interface Arrow {
  /** The arrival, where it is known. */
  readonly entry: Entry;
  /** The other side's event of the same message. */
  readonly sent: Entry | null;
  /** Lanes. */
  from: number;
  to: number;
  readonly rowFrom: number;
  readonly row: number;
  /** The last row of its turn; `row` where there is none to be seen. */
  rowEnd: number;
}

export interface Sequence {
  readonly lanes: readonly Lane[];
  /** By row. */
  readonly arrows: readonly Arrow[];
  /** When each row was, in milliseconds since the epoch. */
  readonly times: readonly number[];
  readonly left: number;
}

export function layOut(entries: readonly Entry[]): Sequence {
  const ordered = causesFirst(entries);
  const shown = ordered.slice(0, ROWS_MAX);
  const lanes = new Lanes();
  const arrows: Arrow[] = [];
  const times: number[] = [];
  const byEntry = new Map<Entry, Arrow>();
  const sendings = sendingsOf(shown);
  const sentAt = new Map<Entry, number>();
  for (const entry of shown) {
    const sent = entry.parent !== null && sentAt.has(entry.parent) && isArrivalOf(entry.event, entry.parent.event);
    const rowFrom = sent ? (sentAt.get(entry.parent as Entry) ?? 0) : times.length;
    // An arrival right after its sending takes no row of its own.
    const row = sent && rowFrom === times.length - 1 ? rowFrom : times.length;
    if (row === times.length) times.push(entry.event.at);
    if (sendings.has(entry)) {
      sentAt.set(entry, row);
      continue;
    }
    const { from, to } = lanes.endsOf(entry);
    const arrow: Arrow = { entry, sent: sent ? entry.parent : null, from, to, rowFrom, row, rowEnd: row };
    arrows.push(arrow);
    byEntry.set(entry, arrow);
  }
  for (const arrow of arrows) stretch(arrow, byEntry);
  return { lanes: lanes.arrange(arrows), arrows, times, left: ordered.length - shown.length };
}

/** Events whose arrival is shown, which stands for them. */
function sendingsOf(shown: readonly Entry[]): ReadonlySet<Entry> {
  const sendings = new Set<Entry>();
  for (const { event, parent } of shown) {
    if (parent !== null && isArrivalOf(event, parent.event)) sendings.add(parent);
  }
  return sendings;
}

/** The turn that sent it lasts at least until then. */
function stretch({ entry, sent, rowFrom }: Arrow, byEntry: ReadonlyMap<Entry, Arrow>): void {
  const cause = (sent ?? entry).parent;
  const turn = cause === null ? undefined : byEntry.get(cause);
  if (turn !== undefined && rowFrom > turn.rowEnd) turn.rowEnd = rowFrom;
}

interface Ranked {
  readonly entry: Entry;
  /** When it was posted; not before its cause. */
  readonly at: number;
  readonly depth: number;
}

/** By time, but none before its cause. */
function causesFirst(entries: readonly Entry[]): Entry[] {
  const among = new Set(entries);
  const ranks = new Map<Entry, Ranked>();
  const rank = (entry: Entry, above: Ranked | undefined): Ranked => {
    const ranked = { entry, at: Math.max(entry.event.at, above?.at ?? 0), depth: (above?.depth ?? 0) + 1 };
    ranks.set(entry, ranked);
    return ranked;
  };
  for (const entry of entries) {
    const path: Entry[] = [];
    let at: Entry | null = entry;
    for (; at !== null && among.has(at) && !ranks.has(at); at = at.parent) path.push(at);
    let above = at === null ? undefined : ranks.get(at);
    for (let index = path.length - 1; index >= 0; index--) above = rank(path[index] as Entry, above);
  }
  const sorted = [...ranks.values()].sort((a, b) => a.at - b.at || compareTies(a.entry, b.entry, a.depth - b.depth));
  return sorted.map(({ entry }) => entry);
}

/** Within one node ids are in order; between nodes what is nearer to the root comes first. */
function compareTies(a: Entry, b: Entry, depths: number): number {
  return a.event.node === b.event.node ? a.order - b.order || depths : depths || a.order - b.order;
}

class Lanes {
  readonly #places = new Map<string, number>();
  readonly #lanes: Lane[] = [];

  endsOf(entry: Entry): { readonly from: number; readonly to: number } {
    const [from, to] = endsOf(entry);
    const { node } = entry.event;
    // Who sends stands before who gets it.
    const begin = this.#originOf(from, entry);
    const end = this.#placeOf(to === '' ? from : to, node);
    return { from: begin ?? end, to: end };
  }

  /** Puts lanes of a node together, nodes as they come, and tells arrows where their lanes went. */
  arrange(arrows: readonly Arrow[]): Lane[] {
    const nodes = [...new Set(this.#lanes.map(lane => lane.node))];
    const order = this.#lanes.map((_lane, index) => index);
    order.sort((a, b) => nodes.indexOf(this.#nodeOf(a)) - nodes.indexOf(this.#nodeOf(b)) || a - b);
    const moved: number[] = [];
    for (const [place, old] of order.entries()) moved[old] = place;
    for (const arrow of arrows) {
      arrow.from = moved[arrow.from] ?? 0;
      arrow.to = moved[arrow.to] ?? 0;
    }
    return order.map(old => this.#lanes[old] as Lane);
  }

  /** A request that no traced node sent comes from outside; all else without a sender is the actor's own. */
  #originOf(from: string, { event }: Entry): number | null {
    if (from !== '') return this.#placeOf(from, event.node);
    return event.kind === 'http' ? this.#placeOf('', 'outside') : null;
  }

  #placeOf(pid: string, node: string): number {
    let place = this.#places.get(pid);
    if (place === undefined) {
      place = this.#lanes.length;
      this.#places.set(pid, place);
      const home = addressOf(pid) || node;
      this.#lanes.push({ pid, node: home, label: pid === '' ? 'outside' : idOf(pid) || home });
    }
    return place;
  }

  #nodeOf(place: number): string {
    return this.#lanes[place]?.node ?? '';
  }
}
