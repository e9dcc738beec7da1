/**
 * Paths of nodes: which ones may be made, and what is above them.
 *
 * A path is looked at as Java does, in UTF-16 units: everything outside the basic plane is refused.
 *
 * Source: Apache ZooKeeper PathUtils, PrepRequestProcessor.
 */

export const ROOT = '/';
export const ZOOKEEPER = '/zookeeper';
export const CONFIG = '/zookeeper/config';
export const QUOTA = '/zookeeper/quota';

const SPECIAL: ReadonlySet<string> = new Set([ROOT, ZOOKEEPER, CONFIG, QUOTA]);

/** Controls, surrogates and private use, and the end of the basic plane; U+0000 is told apart. Both ends included. */
const INVALID: readonly (readonly [from: number, to: number])[] = [
  [0x0001, 0x001f],
  [0x007f, 0x009f],
  [0xd800, 0xf8ff],
  [0xfff0, 0xffff],
];

/** The nodes that every tree has; nobody can delete them. */
export function isSpecial(path: string): boolean {
  return SPECIAL.has(path);
}

/** What is wrong with `path` as the path of a node, in ZooKeeper's words; null when nothing is. */
export function pathFault(path: string): string | null {
  if (path.length === 0) return 'Path length must be > 0';
  if (!path.startsWith('/')) return 'Path must start with / character';
  if (path === ROOT) return null;
  if (path.endsWith('/')) return 'Path must not end with / character';
  return componentsFault(path);
}

/** What is above `path`, '' for children of the root; null for what has no slash. It need not be a node. */
export function parentOf(path: string): string | null {
  const slash = path.lastIndexOf('/');
  return slash === -1 ? null : path.slice(0, slash);
}

/** The last component. */
export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** The path of the child `name` of `parent`. */
export function childOf(parent: string, name: string): string {
  return parent === ROOT ? `/${name}` : `${parent}/${name}`;
}

/** Whether `path` is `base` or below it. */
export function isWithin(path: string, base: string): boolean {
  return base === ROOT || path === base || (path.startsWith(base) && path[base.length] === '/');
}

/** All paths above `path`, nearest first; the root last. */
export function ancestorsOf(path: string): string[] {
  const above: string[] = [];
  for (let slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1)) {
    above.push(path.slice(0, slash));
  }
  if (path !== ROOT) above.push(ROOT);
  return above;
}

/** The suffix of the next sequential child: ten digits or more, after 2147483647 with a sign. */
export function sequenceSuffix(counter: number): string {
  const digits = String(Math.abs(counter));
  return counter < 0 ? `-${digits.padStart(9, '0')}` : digits.padStart(10, '0');
}

function componentsFault(path: string): string | null {
  let at = 1;
  for (const name of path.slice(1).split('/')) {
    const end = at + name.length;
    if (name === '') return `empty node name specified @${end}`;
    if (name === '.' || name === '..') return `relative paths not allowed @${end}`;
    const fault = unitsFault(name, at);
    if (fault !== null) return fault;
    at = end + 1;
  }
  return null;
}

function unitsFault(name: string, at: number): string | null {
  for (let index = 0; index < name.length; index++) {
    const unit = name.charCodeAt(index);
    if (unit === 0) return `null character not allowed @${at + index}`;
    // Nearly every unit is in this range, which needs no look at the list.
    if (unit > 0x1f && unit < 0x7f) continue;
    if (INVALID.some(([from, to]) => unit >= from && unit <= to)) return `invalid character @${at + index}`;
  }
  return null;
}
