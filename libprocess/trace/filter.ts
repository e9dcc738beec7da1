/**
 * Which envelopes are traced: by actor, by message name, and every Nth tree of consequences.
 *
 * Patterns are exact names, or begin or end with `*` (`slave*`, `*.StatusUpdateMessage`). Pure.
 */

export interface TraceFilter {
  /** Ids of actors, as senders or receivers; empty for all. */
  readonly actors: readonly string[];
  /** Names of messages, methods, routes; empty for all. */
  readonly names: readonly string[];
  /** One of so many trees is traced; 1 for all. */
  readonly sample: number;
}

export const EVERYTHING: TraceFilter = { actors: [], names: [], sample: 1 };

/** Names that were looked at before are remembered up to this many. */
const KNOWN_MAX = 10_000;

/** True for the texts that one of `patterns` fits; for all when there is none. Remembers what it has seen. */
export function matcher(patterns: readonly string[]): (text: string) => boolean {
  if (patterns.length === 0) return () => true;
  const known = new Map<string, boolean>();
  return text => {
    let fits = known.get(text);
    if (fits === undefined) {
      fits = patterns.some(pattern => fitsPattern(pattern, text));
      if (known.size >= KNOWN_MAX) known.clear();
      known.set(text, fits);
    }
    return fits;
  };
}

function fitsPattern(pattern: string, text: string): boolean {
  const open = pattern.startsWith('*');
  const end = pattern.length > 1 && pattern.endsWith('*');
  const core = pattern.slice(open ? 1 : 0, end ? -1 : undefined);
  if (open && end) return text.includes(core);
  if (open) return text.endsWith(core);
  // A message is known by its last word too: `RegisterSlaveMessage` fits `mesos.internal.RegisterSlaveMessage`.
  return end ? text.startsWith(core) : text === core || text.endsWith(`.${core}`);
}
