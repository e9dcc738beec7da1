/**
 * Whether an agent that was started again is still the one that its master knows.
 *
 * Source: Mesos src/slave/compatibility.cpp.
 */
import { printAttributes } from '../common/attributes.ts';
import { Resources } from '../common/resources.ts';
import type { SlaveInfo } from '../protocol/index.ts';

/** What forbids to go on as the same agent; null when nothing does. */
export function incompatibility(before: SlaveInfo, now: SlaveInfo, policy: string): string | null {
  if (before.hostname !== now.hostname) return `the hostname was ${before.hostname} and is ${now.hostname}`;
  if (before.port !== now.port) return `the port was ${before.port} and is ${now.port}`;
  const had = Resources.from(before.resources ?? []);
  const has = Resources.from(now.resources ?? []);
  const enough = policy === 'additive' ? has.contains(had) : has.equals(had);
  if (!enough) return `the resources were ${had} and are ${has}`;
  const [were, are] = [printAttributes(before.attributes ?? []), printAttributes(now.attributes ?? [])];
  const kept =
    policy === 'additive'
      ? (before.attributes ?? []).every(each => are.includes(printAttributes([each])))
      : were === are;
  return kept ? null : `the attributes were ${were} and are ${are}`;
}
