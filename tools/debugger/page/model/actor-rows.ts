/**
 * Actors as rows of a table: from what nodes report, and from events alone where no node does (a saved trace). Pure.
 */
import { addressOf, type HandlerReport, idOf } from '../../../../libprocess/trace.ts';
import type { Entry } from './entry.ts';
import { flowsOf } from './flows.ts';
import type { NodeState } from './nodes.ts';

export interface ActorRow {
  readonly pid: string;
  readonly id: string;
  readonly node: string;
  readonly type: string;
  readonly mailbox: number;
  /** Turns a second. */
  readonly rate: number;
  readonly turns: number | null;
  readonly busy: number;
  readonly slowest: HandlerReport | null;
  /** Why it stands still; empty while it goes on. */
  readonly standing: string;
}

export type SortKey = 'id' | 'node' | 'type' | 'mailbox' | 'rate' | 'turns' | 'busy' | 'slowest';

/** @param query - words, all of which the actor's id, node or class has to contain. */
export function actorRows(nodes: readonly NodeState[], entries: readonly Entry[], query: string): ActorRow[] {
  const rows = nodes.some(({ actors }) => actors.length > 0) ? nodes.flatMap(reportedRows) : tracedRows(entries);
  const words = query
    .toLowerCase()
    .split(/\s+/)
    .map(bare)
    .filter(word => word !== '');
  return rows.filter(({ pid, type }) => words.every(word => `${pid} ${type}`.toLowerCase().includes(word)));
}

/** Those that are equal: the one that did most comes first. */
export function sorted(rows: readonly ActorRow[], key: SortKey, down: boolean): ActorRow[] {
  const sign = down ? -1 : 1;
  return rows.toSorted(
    (a, b) => sign * compare(a, b, key) || (b.turns ?? 0) - (a.turns ?? 0) || a.pid.localeCompare(b.pid),
  );
}

function reportedRows({ address, actors, rates, held }: NodeState): ActorRow[] {
  return actors.map(({ id, type, mailbox, paused, turns, busy, slowest }) => {
    const stands = held.find(({ actor }) => idOf(actor) === id);
    const standing = stands?.because === 'break' ? 'breakpoint' : paused || stands !== undefined ? 'paused' : '';
    const [slow = null] = slowest;
    const rate = rates.get(id) ?? 0;
    return { pid: `${id}@${address}`, id, node: address, type, mailbox, rate, turns, busy, slowest: slow, standing };
  });
}

function tracedRows(entries: readonly Entry[]): ActorRow[] {
  const [since, until] = [entries[0]?.event.at ?? 0, entries.at(-1)?.event.at ?? 0];
  const seconds = Math.max(1e-3, (until - since) / 1_000);
  return [...flowsOf(entries, since, until).actors.values()]
    .filter(({ pid }) => idOf(pid) !== '')
    .map(({ pid, received, busy }) => {
      const common = { type: '', mailbox: 0, slowest: null, standing: '' };
      return { pid, id: idOf(pid), node: addressOf(pid), rate: received / seconds, turns: received, busy, ...common };
    });
}

function compare(a: ActorRow, b: ActorRow, key: SortKey): number {
  if (key === 'slowest') return (a.slowest?.slowest ?? -1) - (b.slowest?.slowest ?? -1);
  const [left, right] = [a[key] ?? -1, b[key] ?? -1];
  return typeof left === 'string' && typeof right === 'string'
    ? left.localeCompare(right)
    : Number(left) - Number(right);
}

/** `actor=master` looks for `master` here; words about events are not about actors. */
function bare(word: string): string {
  const [, field, value = ''] = /^(?:(-?[a-z]+)[:=])?(.*)$/.exec(word) ?? [];
  return field === undefined || field === 'actor' || field === 'node' ? value.replaceAll(/[*"]/g, '') : '';
}
