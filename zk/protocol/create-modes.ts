/**
 * The kinds of node that a create can ask for.
 *
 * Source: Apache ZooKeeper CreateMode.
 */

export interface CreateMode {
  readonly flag: number;
  readonly kind: 'persistent' | 'ephemeral' | 'container' | 'ttl';
  readonly isSequential: boolean;
}

export const CREATE_MODES = {
  PERSISTENT: { flag: 0, kind: 'persistent', isSequential: false },
  EPHEMERAL: { flag: 1, kind: 'ephemeral', isSequential: false },
  PERSISTENT_SEQUENTIAL: { flag: 2, kind: 'persistent', isSequential: true },
  EPHEMERAL_SEQUENTIAL: { flag: 3, kind: 'ephemeral', isSequential: true },
  CONTAINER: { flag: 4, kind: 'container', isSequential: false },
  PERSISTENT_WITH_TTL: { flag: 5, kind: 'ttl', isSequential: false },
  PERSISTENT_SEQUENTIAL_WITH_TTL: { flag: 6, kind: 'ttl', isSequential: true },
} as const satisfies { readonly [name: string]: CreateMode };

const BY_FLAG: readonly CreateMode[] = Object.values(CREATE_MODES);

/** The mode of these flags; null when there is none. */
export function createMode(flags: number): CreateMode | null {
  return BY_FLAG[flags] ?? null;
}

/** The longest time to live: 2^40 - 1 ms. */
export const TTL_MS_MAX = 2n ** 40n - 1n;
