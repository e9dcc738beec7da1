/**
 * What changed between two states: the places that differ, each with what was there before and after. Pure.
 *
 *   #tasks.t1.state   'TASK_RUNNING' → 'TASK_FINISHED'
 */

export interface Change {
  /** Names of fields, keys of maps and places in lists, joined by dots. */
  readonly path: string;
  /** Undefined where there was nothing. */
  readonly before: unknown;
  /** Undefined where there is nothing any more. */
  readonly after: unknown;
}

/** The smallest parts of `before` and `after`, plain data, that differ. */
export function changesOf(before: unknown, after: unknown): Change[] {
  const changes: Change[] = [];
  collect(before, after, '', changes);
  return changes;
}

function collect(before: unknown, after: unknown, path: string, changes: Change[]): void {
  if (Object.is(before, after)) return;
  if (!isTree(before) || !isTree(after) || Array.isArray(before) !== Array.isArray(after)) {
    changes.push({ path, before, after });
    return;
  }
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    collect(before[name], after[name], path === '' ? name : `${path}.${name}`, changes);
  }
}

function isTree(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
