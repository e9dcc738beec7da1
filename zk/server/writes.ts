/**
 * The operations that change nodes: their changes, and what they are answered once those are applied.
 *
 * A multi that fails is answered without an error in its header: each of its operations is an error result then, with 0
 * before the one that failed and RUNTIMEINCONSISTENCY behind it.
 *
 * Source: Apache ZooKeeper PrepRequestProcessor, FinalRequestProcessor.
 */
import { ERRORS } from '../protocol/errors.ts';
import type { MultiRequest, MultiResult } from '../protocol/multi.ts';
import type { Stat } from '../protocol/stat.ts';
import { Pending } from './pending.ts';
import { type Asker, prepare, type Rules, type View, type WriteRequest } from './prepare.ts';
import { refusal, refusalCode } from './refusal.ts';
import type { Change } from './transaction.ts';
import type { DataTree } from './tree.ts';

export type WriteName =
  | 'create'
  | 'create2'
  | 'createContainer'
  | 'createTTL'
  | 'delete'
  | 'setData'
  | 'setACL'
  | 'multi'
  | 'reconfig';

/** The changes of one transaction, and what its answer needs. */
export interface Prepared {
  readonly changes: readonly Change[];
  /** What a multi asked for, as far as it went; empty for all others. */
  readonly requests: readonly MultiRequest[];
  /** The results of a multi that failed. */
  readonly failed: readonly MultiResult[] | null;
}

/** @throws Failure with the name of an error; a multi only where it cannot be read. */
export function changesOf(view: View, name: WriteName, body: unknown, asker: Asker, rules: Rules): Prepared {
  if (name === 'multi') return changesOfMulti(view, body as readonly MultiRequest[], asker, rules);
  return { changes: [prepare(view, { name, body } as WriteRequest, asker, rules)], requests: [], failed: null };
}

/** What the answer to `name` tells of a node: its stat once `change`, and nothing behind it, was applied to `tree`. */
export function statAfter(tree: DataTree, name: WriteName, change: Change): Stat | null {
  if (name === 'create' || name === 'delete') return null;
  return change.kind === 'create' || change.kind === 'setData' || change.kind === 'setACL'
    ? tree.at(change.path).stat()
    : null;
}

/** The body of the answer. @param stats - of each change, by `statAfter`. */
export function replyTo(
  name: WriteName,
  { changes, requests, failed }: Prepared,
  stats: readonly (Stat | null)[],
): unknown {
  if (name === 'multi') return failed ?? requests.map((one, index) => resultOf(one.name, changes[index], stats[index]));
  const path = pathOf(changes[0]);
  if (name === 'create') return { path };
  if (name === 'delete') return {};
  const [stat] = stats;
  return name === 'setData' || name === 'setACL' ? { stat } : { path, stat };
}

function changesOfMulti(view: View, requests: readonly MultiRequest[], asker: Asker, rules: Rules): Prepared {
  const writes = requests.map(asWrite);
  const pending = new Pending(view);
  const changes: Change[] = [];
  for (const request of writes) {
    try {
      const change = prepare(pending, request, asker, rules);
      pending.add(change);
      changes.push(change);
    } catch (error) {
      return failedMulti(requests.length, changes.length, refusalCode(error));
    }
  }
  return { changes, requests, failed: null };
}

function asWrite(request: MultiRequest): WriteRequest {
  if (request.name !== 'getData' && request.name !== 'getChildren') return request;
  throw refusal('MARSHALLINGERROR', `${request.name} in a multi`);
}

function failedMulti(count: number, culprit: number, code: number): Prepared {
  const failed = Array.from({ length: count }, (_, index): MultiResult => {
    const err = index < culprit ? 0 : index === culprit ? code : ERRORS.RUNTIMEINCONSISTENCY;
    return { name: 'error', body: { err } };
  });
  return { changes: [{ kind: 'error', code }], requests: [], failed };
}

function resultOf(name: MultiRequest['name'], change: Change | undefined, stat: Stat | null | undefined): MultiResult {
  if (name === 'create') return { name, body: { path: pathOf(change) } };
  if (name === 'delete' || name === 'check') return { name, body: {} };
  if (stat === null || stat === undefined) throw new Error(`no stat for ${name} in a multi`);
  return name === 'setData' ? { name, body: { stat } } : { name: 'create2', body: { path: pathOf(change), stat } };
}

function pathOf(change: Change | undefined): string {
  if (change !== undefined && 'path' in change) return change.path;
  throw new Error('a change without a path was answered');
}
