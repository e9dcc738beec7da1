/** The replicated lock of the examples, in a bad world: what must be true of it, and how soon its planted bugs show. */
import { expect, test } from 'vitest';
import { BUGS, type Bug, playLock } from '../../examples/replicated-lock/simulation.ts';
import { search } from '../../libprocess/testing.ts';

const SEEDS = 200;
const TIMEOUT_MS = 120_000;

/** After how many seeds each bug must have shown. Most take a few dozen; what draws another number changes how many. */
const TRIED_MAX: Readonly<Record<Bug, number>> = {
  'lock/skip-quorum': 10,
  'lock/count-from-votes': 200,
  'lock/trust-clocks': 200,
  'lock/forget-leases': 400,
  'lock/vote-before-sync': 400,
  'lock/reuse-token': 100,
};

test(
  `one client at a time has the lock, whatever ${SEEDS} seeds do to it`,
  async () => {
    let tenures = 0;
    const finding = await search(
      async seed => {
        tenures += (await playLock(seed)).tenures;
      },
      { seeds: SEEDS },
    );
    expect(finding?.error).toBeUndefined();
    expect(tenures).toBeGreaterThan(5 * SEEDS); // What nobody gets is easy to keep apart.
  },
  TIMEOUT_MS,
);

test.each(BUGS)(
  'the planted bug %s is found',
  async bug => {
    const finding = await search(seed => playLock(seed, bug), { seeds: TRIED_MAX[bug] });
    expect(finding, `not within ${TRIED_MAX[bug]} seeds`).not.toBeNull();
    console.log(`${bug}: ${finding?.tried} seeds to find`);
    const message = String(finding?.error);
    expect(message).toMatch(/broken: (at most one client holds the lock|tokens grow) \(seed \d+, replayed by /);
    expect(message).toContain('lock.Acquire');
  },
  TIMEOUT_MS,
);
