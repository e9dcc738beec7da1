/**
 * What to take of an offer for a task: reserved resources first, as those are of use to nobody else.
 *
 *   offered  cpus(dev):1  cpus:4  mem:4096       wanted  cpus:2; mem:128
 *   taken    cpus(dev):1  cpus:1  mem:128
 */
import { type Entry, Resources } from '../common/resources.ts';
import type { Resource } from '../protocol/resources.ts';

/** The part of `offered` that is `wanted`, by name whatever its reservation; null when there is too little. */
export function pick(offered: Iterable<Resource>, wanted: Resources): Resource[] | null {
  const usable = Resources.from(offered).filter(kind => !kind.isRevocable && !kind.isIndivisible && !kind.isShared);
  const reservedFirst = [...usable.reserved.entries, ...usable.unreserved.entries];
  const taken: Entry[] = [];
  for (const want of wanted.entries) {
    const of = reservedFirst.filter(({ kind }) => kind.name === want.kind.name);
    const part = want.kind.isScalar ? takeScalar(of, want) : takeWhole(of, want);
    if (part === null) return null;
    taken.push(...part);
  }
  return taken.map(({ resource }) => resource);
}

/** An amount may come from several kinds. */
function takeScalar(from: readonly Entry[], { amount }: Entry): Entry[] | null {
  const taken: Entry[] = [];
  let missing = amount;
  for (const entry of from) {
    if (missing <= 0) break;
    const part = entry.cut(Math.min(missing, entry.amount));
    taken.push(part);
    missing -= part.amount;
  }
  return missing > 0 ? null : taken;
}

/** Ranges and sets come from one kind. */
function takeWhole(from: readonly Entry[], want: Entry): Entry[] | null {
  const source = from.find(entry => entry.contains(want.of(entry.kind)));
  return source === undefined ? null : [want.of(source.kind)];
}
