/**
 * Quotas: limits on how many nodes and bytes there may be at a path and below it.
 *
 *   /zookeeper/quota/<path>/zookeeper_limits   count=N,bytes=N[;byteHardLimit=N;countHardLimit=N]   -1: no limit
 *   /zookeeper/quota/<path>/zookeeper_stats    the same form, what is there now
 *
 * Exceeding a soft limit only makes a line in the server's log. A hard one refuses, where quotas are enforced.
 *
 * Source: Apache ZooKeeper Quotas, StatsTrack, ZooKeeperServer.checkQuota.
 */
import { childOf, QUOTA, ROOT } from './paths.ts';

export const LIMITS_NAME = 'zookeeper_limits';
export const STATS_NAME = 'zookeeper_stats';

/** A limits node or a stats node; -1 where a number is not given. */
export interface Track {
  readonly count: number;
  readonly bytes: number;
  readonly countHard: number;
  readonly bytesHard: number;
}

const NO_LIMIT = -1;
const KEYS: { readonly [key: string]: keyof Track } = {
  count: 'count',
  bytes: 'bytes',
  countHardLimit: 'countHard',
  byteHardLimit: 'bytesHard',
};

/** What `text` says; what it does not say, or says badly, is not limited. */
export function parseTrack(text: string): Track {
  const track = { count: NO_LIMIT, bytes: NO_LIMIT, countHard: NO_LIMIT, bytesHard: NO_LIMIT };
  for (const part of text.split(/[,;]/)) {
    const [, key = '', value] = /^(\w+)=(-?\d+)$/.exec(part) ?? [];
    const name = KEYS[key];
    if (name !== undefined) track[name] = Number(value);
  }
  return track;
}

/** The form in which clients read it; the hard limits only where there are some. */
export function printTrack({ count, bytes, countHard, bytesHard }: Track): string {
  const hardBytes = bytesHard === NO_LIMIT ? '' : `;byteHardLimit=${bytesHard}`;
  const hardCount = countHard === NO_LIMIT ? '' : `;countHardLimit=${countHard}`;
  return `count=${count},bytes=${bytes}${hardBytes}${hardCount}`;
}

export interface Verdict {
  /** It must be refused where quotas are enforced. */
  readonly isHard: boolean;
  /** What is exceeded, for the log. */
  readonly what: string;
}

/** Which limit `used` exceeds once so many nodes and bytes are added; null when none. Hard ones win. */
export function exceeded(limits: Track, used: Track, addedCount: number, addedBytes: number): Verdict | null {
  const verdicts = [
    verdict('count', limits.count, limits.countHard, used.count, addedCount),
    verdict('bytes', limits.bytes, limits.bytesHard, used.bytes, addedBytes),
  ].filter(found => found !== null);
  return verdicts.find(({ isHard }) => isHard) ?? verdicts[0] ?? null;
}

/** The path that the quota node `parent` is about; null when it is not below /zookeeper/quota. */
export function quotaPath(parent: string): string | null {
  if (!parent.startsWith(QUOTA)) return null;
  const path = parent.slice(QUOTA.length);
  return path === '' ? ROOT : path.startsWith('/') ? path : null;
}

/** Where the limits of `path` are. */
export function limitsPath(path: string): string {
  return childOf(quotaNode(path), LIMITS_NAME);
}

/** Where it is said what is there of `path`. */
export function statsPath(path: string): string {
  return childOf(quotaNode(path), STATS_NAME);
}

function quotaNode(path: string): string {
  return path === ROOT ? QUOTA : `${QUOTA}${path}`;
}

function verdict(what: string, soft: number, hard: number, used: number, added: number): Verdict | null {
  const limit = hard > NO_LIMIT ? hard : soft;
  const total = used + added;
  if (added <= 0 || limit <= NO_LIMIT || total <= limit) return null;
  return { isHard: hard > NO_LIMIT, what: `${what} of ${total}, where ${limit} is the limit` };
}
