/**
 * The nodes as they would be once the first changes of a multi are applied: later ones are checked against this.
 *
 * Source: Apache ZooKeeper PrepRequestProcessor (outstandingChanges), needed here for the length of one multi only, since
 * a prepared transaction is applied at once.
 */
import { parentOf, ROOT } from './paths.ts';
import type { View } from './prepare.ts';
import type { Change } from './transaction.ts';
import type { NodeFacts } from './znode.ts';

export class Pending implements View {
  readonly #base: View;
  /** What differs from the base; null where a node is gone. */
  readonly #facts = new Map<string, NodeFacts | null>();

  constructor(base: View) {
    this.#base = base;
  }

  get(path: string): NodeFacts | undefined {
    const facts = this.#facts.get(path === '' ? ROOT : path);
    return facts === undefined ? this.#base.get(path) : (facts ?? undefined);
  }

  add(change: Change): void {
    if (change.kind === 'create') {
      const { path, acl, owner, parentCreates: creates, data } = change;
      this.#facts.set(path, {
        acl,
        owner,
        version: 0,
        aversion: 0,
        creates: 0,
        childCount: 0,
        dataBytes: data?.length ?? 0,
      });
      this.#update(parentOf(path), parent => ({ creates, childCount: parent.childCount + 1 }));
    } else if (change.kind === 'delete') {
      this.#facts.set(change.path, null);
      this.#update(parentOf(change.path), parent => ({ childCount: parent.childCount - 1 }));
    } else if (change.kind === 'setData') {
      const { version, data } = change;
      this.#update(change.path, () => ({ version, dataBytes: data?.length ?? 0 }));
    }
  }

  #update(path: string | null, update: (facts: NodeFacts) => Partial<NodeFacts>): void {
    const { acl, owner, version, aversion, creates, childCount, dataBytes } = this.get(path ?? ROOT) ?? GONE;
    const facts = { acl, owner, version, aversion, creates, childCount, dataBytes };
    this.#facts.set(path || ROOT, { ...facts, ...update(facts) });
  }
}

const GONE: NodeFacts = { acl: [], owner: 0n, version: 0, aversion: 0, creates: 0, childCount: 0, dataBytes: 0 };
