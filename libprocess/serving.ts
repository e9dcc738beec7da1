/**
 * Serving: what one envelope makes its actor do, and what becomes of the answer.
 *
 *   envelope ─▶ filter ─▶ tracer ─▶ handler ─┬─▶ a value, a Future or a promise: the reply, now or later
 *                                            ├─▶ Failure thrown: the reply fails
 *                                            └─▶ anything else thrown: a bug, of which the actor dies
 *
 * Source: libprocess `ProcessManager::resume`, `ProcessBase::consume` (process.cpp).
 */
import { end } from './ending.ts';
import type { Envelope, Filter } from './envelope.ts';
import { Failure } from './failure.ts';
import { Future, type Promised } from './future.ts';
import type { Mailbox } from './mailbox.ts';
import type { Process } from './process.ts';

/** Stands for what a delegate will answer. */
const HANDED_ON = Symbol('handed on');

/** Serves one envelope; true while its turn stays open, because continuations are still to run. */
export function serveEnvelope(mailbox: Mailbox, envelope: Envelope): boolean {
  const { process, runtime } = mailbox;
  if (runtime.filter !== null && isFiltered(mailbox, envelope, runtime.filter)) return false;
  if (runtime.tracer !== null) runtime.tracer.served(envelope);
  const { run } = envelope;
  let open = false;
  try {
    const result =
      run === null ? runMessage(mailbox, envelope) : run.call(process, envelope.body as never, envelope.from);
    open = settle(process, envelope, result);
  } catch (error) {
    failed(process, envelope, error);
  }
  if (runtime.tracer !== null && !open) runtime.tracer.done(envelope);
  return open;
}

/** True for an envelope that is not to be served, or not now. */
function isFiltered({ exits, runtime }: Mailbox, envelope: Envelope, filter: Filter): boolean {
  const verdict = filter(envelope);
  if (verdict === 'drop') {
    if (envelope.kind === 'exited') exits?.delete(envelope.from);
    runtime.$drop(envelope, 'filtered');
    envelope.reply?.abandon();
  }
  return verdict !== 'serve';
}

function runMessage(mailbox: Mailbox, envelope: Envelope): unknown {
  const { type } = envelope;
  if (type !== mailbox.lastType) {
    const handler = mailbox.handlers?.get(type.name);
    if (handler === undefined) return handOn(mailbox, envelope);
    mailbox.lastType = type;
    mailbox.lastHandler = handler;
  }
  // Never null: it is set together with the type, which no message lacks.
  return mailbox.lastHandler!.call(mailbox.process, envelope.body as never, envelope.from);
}

function handOn({ process, runtime }: Mailbox, envelope: Envelope): unknown {
  const { type, from, body, reply } = envelope;
  const delegate = process.$mailbox.delegates?.get(type.name);
  if (delegate === undefined) {
    runtime.$drop(envelope, 'no handler');
    reply?.fail(new Failure(`${process.pid} does not know ${type.name}`, 'NO_HANDLER'));
    return undefined;
  }
  runtime.post('message', type, delegate, from, body, null, reply);
  return HANDED_ON;
}

/** Answers with what a handler returned. */
function settle(process: Process, envelope: Envelope, result: unknown): boolean {
  const { reply } = envelope;
  if (result instanceof Promise) {
    owe(process, reply);
    result.then(
      value => answer(process, reply, value),
      error => failed(process, envelope, error),
    );
    return true;
  }
  if (result instanceof Future) {
    if (reply === null) return envelope.kind === 'resume';
    owe(process, reply);
    result.onAny(() => process.$mailbox.owed?.delete(reply));
    reply.associate(result);
  } else if (reply !== null && result !== HANDED_ON) {
    reply.set(result);
  }
  return envelope.kind === 'resume';
}

function owe(process: Process, reply: Promised<unknown> | null): void {
  if (reply === null) return;
  process.$mailbox.owed ??= new Set();
  process.$mailbox.owed.add(reply);
}

function answer(process: Process, reply: Promised<unknown> | null, value: unknown): void {
  if (reply === null) return;
  process.$mailbox.owed?.delete(reply);
  if (value instanceof Future) reply.associate(value);
  else reply.set(value);
}

/** A Failure is an answer; anything else is a bug, and the actor dies of it. */
function failed(process: Process, envelope: Envelope, error: unknown): void {
  const { reply } = envelope;
  if (reply !== null) process.$mailbox.owed?.delete(reply);
  if (error instanceof Failure) {
    reply?.fail(error);
    process.runtime.$reports.failed(process, envelope, error);
    return;
  }
  reply?.fail(new Failure(`${process.pid} died of ${envelope.type.name}`, 'TERMINATED', { cause: error }));
  if (!process.$mailbox.alive) return;
  process.runtime.$reports.died(process, envelope, error);
  end(process, 'died');
  if (process.$mailbox.ended === null) process.runtime.$died(process, error);
}
