/**
 * Shapes of JSON: every key, its type, the order of the keys, what is absent.
 *
 * A shape is itself JSON, with each value replaced by the empty one of its type and each list reduced to elements that
 * differ: so that what compares with a shape compares with the whole answer just as well. Two objects are alike when
 * their keys are the same, in the same order; of a list each element must look like some element of the other. Keys
 * that hold names (roles, attributes, metrics) are told by `maps`.
 */

/** @returns the shape of `value`. */
export function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return different(value.map(shapeOf));
  if (typeof value === 'string') return '';
  if (typeof value === 'number') return 0;
  if (typeof value === 'boolean') return false;
  if (value === null) return null;
  return Object.fromEntries(Object.entries(value as Entries).map(([key, each]) => [key, shapeOf(each)]));
}

/** @returns the shapes of events, by the type of the event. */
export function shapesByType(events: readonly { type: string }[]): Record<string, unknown> {
  const types = [...new Set(events.map(({ type }) => type))];
  return Object.fromEntries(types.map(type => [type, shapeOf(events.filter(each => each.type === type))]));
}

function different(values: readonly unknown[]): unknown[] {
  return [...new Set(values.map(value => JSON.stringify(value)))].map(text => JSON.parse(text));
}

export interface ShapeOptions {
  /** Paths, such as `slaves[].attributes`, whose keys are names: only their values are compared. */
  readonly maps?: readonly string[];
  /** Paths that may be on one side only, or may differ, or may be an empty list here. */
  readonly free?: readonly string[];
}

/** How the shape of `ours` differs from that of `theirs`; empty when it does not. */
export function shapeDifferences(ours: unknown, theirs: unknown, options: ShapeOptions = {}): string[] {
  return compare(ours, theirs, '', options);
}

function compare(ours: unknown, theirs: unknown, path: string, options: ShapeOptions): string[] {
  if (options.free?.includes(path)) return [];
  if (kindOf(ours) !== kindOf(theirs)) return [`${path}: ${kindOf(ours)} where Mesos has ${kindOf(theirs)}`];
  if (Array.isArray(ours)) return compareLists(ours, theirs as unknown[], path, options);
  if (typeof ours !== 'object' || ours === null) return [];
  return compareObjects(ours as Entries, theirs as Entries, path, options);
}

type Entries = Record<string, unknown>;

function compareLists(ours: unknown[], theirs: unknown[], path: string, options: ShapeOptions): string[] {
  if (theirs.length === 0) return [];
  if (ours.length === 0) return [`${path} is empty, and not so in Mesos`];
  return ours.flatMap(each => {
    const tries = theirs.map(other => compare(each, other, `${path}[]`, options));
    return tries.reduce((best, next) => (next.length < best.length ? next : best));
  });
}

function compareObjects(ours: Entries, theirs: Entries, path: string, options: ShapeOptions): string[] {
  if (options.maps?.includes(path)) return compareMaps(ours, theirs, path, options);
  const at = (key: string): string => (path === '' ? key : `${path}.${key}`);
  const isFree = (key: string): boolean => options.free?.includes(at(key)) ?? false;
  const missing = Object.keys(theirs).filter(key => !(key in ours) && !isFree(key));
  const extra = Object.keys(ours).filter(key => !(key in theirs) && !isFree(key));
  return [
    ...missing.map(key => `${at(key)} is missing`),
    ...extra.map(key => `${at(key)} is not in Mesos`),
    ...compareOrder(ours, theirs, path),
    ...Object.keys(ours)
      .filter(key => key in theirs)
      .flatMap(key => compare(ours[key], theirs[key], at(key), options)),
  ];
}

function compareMaps(ours: Entries, theirs: Entries, path: string, options: ShapeOptions): string[] {
  if (Object.keys(ours).length === 0) return [];
  return compareLists(Object.values(ours), Object.values(theirs), path, options);
}

/** Keys that both have must follow each other alike. */
function compareOrder(ours: Entries, theirs: Entries, path: string): string[] {
  const our = Object.keys(ours).filter(key => key in theirs);
  const their = Object.keys(theirs).filter(key => key in ours);
  return our.join() === their.join() ? [] : [`${path}: has ${our} in this order, and Mesos ${their}`];
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'list' : typeof value;
}
