/**
 * Ids of actors. A counted one, `ID.generate('slave')`, becomes `slave(1)`, `slave(2)`… when it is spawned, counted by
 * prefix in each runtime; a fixed one is plain text. An id never comes from a user's text.
 *
 * Source: libprocess `ID::generate` (id.hpp).
 */
export class CountedId {
  constructor(readonly prefix: string) {}
}

/** Makes ids that are counted by their prefix: `ID.generate('slave')` becomes `slave(1)`. */
export const ID = {
  generate(prefix = ''): CountedId {
    return new CountedId(prefix);
  },
} as const;
