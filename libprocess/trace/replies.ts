/**
 * Answers to questions that crossed the network: noted when they arrive, as a consequence of the question, so that what
 * the asker does about one hangs on it. Only while somebody traces.
 */
import { beginWork, endWork } from '../current.ts';
import type { Envelope } from '../envelope.ts';
import { Promised } from '../future.ts';
import type { NetworkTraced } from './http.ts';

/** `question` with a reply of its own, by which the answer passes to the one that waits. */
export function traceReply(runtime: NetworkTraced, question: Envelope): Envelope {
  const { id, type, from, to, reply } = question;
  if (reply === null) return question;
  const arrived = new Promised<unknown>();
  reply.onDiscard(() => arrived.discard());
  arrived.onAny(done => {
    const note = runtime.nextId();
    runtime.tracer?.noted({ kind: 'reply', id: note, cause: id, type, from: to, to: from });
    const before = beginWork(note);
    reply.associate(done);
    endWork(before);
  });
  return { ...question, reply: arrived };
}
