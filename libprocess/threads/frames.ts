/**
 * What travels between two threads of one runtime, in the frames that links have (transport/frame.ts).
 *
 *   names      [[name, [struct, fields], …]…]          messages that are sent by their index from now on
 *   message    [index, to, from, ask or 0, origin, body]     `to` and `from` are ids, or whole PIDs of other hosts
 *   answer     [ask, index, value]      failure  [ask, code, text]      discarded  [ask]
 *   discard    [ask]                                    the asker has lost interest
 *
 *   joined     []        spawned  [id, count]           from the thread: it is there; an actor of it begins…
 *   ended      [id, count]                              …and ends
 *   link       [id]      watch    [address, mode]       from the thread: tell me of the end of…
 *   exited     [id]      broken   [address]             to the thread: what it was told to expect
 *   log        [level, text, fields as JSON]            a line for the log that all threads share
 *   essential  [pid]                                    from the thread: the OS process has no use any more
 *   call       [number, what, JSON]                     a question between the two sides themselves,
 *   result     [number, true, JSON]  or  [number, false, text]
 *   stop       []                                       to the thread: terminate all actors, then end
 *
 *   request, response, piece, end, taken, closed, given-up: HTTP, see http.ts
 */
export const FRAME = {
  names: 1,
  message: 2,
  answer: 3,
  discard: 4,
  joined: 5,
  spawned: 6,
  ended: 7,
  link: 8,
  exited: 9,
  watch: 10,
  broken: 11,
  log: 12,
  essential: 13,
  call: 14,
  result: 15,
  stop: 16,
  request: 17,
  response: 18,
  piece: 19,
  end: 20,
  taken: 21,
  closed: 22,
  givenUp: 23,
  failure: 24,
  discarded: 25,
} as const;

/** What the packer of frames gives back, as what the sender put in: both ends are this program. */
export type Fields = readonly unknown[];
