/**
 * Ending: what happens when an actor is terminated, dies of a bug, or goes down with its runtime.
 *
 *   finalize ─▶ removed ─▶ replies owed and queued fail TERMINATED ─▶ supervisor ─▶ linkers (`exited`) ─▶ waiters
 *
 * Source: libprocess `ProcessManager::cleanup` (process.cpp).
 */
import type { Named, Run } from './envelope.ts';
import { Failure } from './failure.ts';
import type { PID } from './pid.ts';
import type { Process } from './process.ts';
import type { Runtime } from './runtime.ts';

/** How an actor ended: because somebody terminated it, or of a bug. */
export type Ending = 'terminated' | 'died';

const EXITED: Named = Object.freeze({ name: 'exited' });

/** What serves a terminate. */
export function terminated(this: Process): void {
  end(this, 'terminated');
}

/** Ends an actor: `finalize`, then its supervisor hears, then everyone who linked to it or waits for it. */
export function end(process: Process, how: Ending): void {
  const { $mailbox: mailbox, pid, runtime } = process;
  try {
    process.$finalize();
  } catch (error) {
    runtime.$reports.notFinalized(process, error);
  }
  remove(process);
  dropAll(process);
  if (mailbox.links !== null) unlink(process, mailbox.links);
  mailbox.ended?.(how);
  if (mailbox.linkers !== null) for (const linker of mailbox.linkers) tellExited(runtime, linker, pid);
  if (mailbox.waiters !== null) for (const waiter of mailbox.waiters) waiter.set(true);
  runtime.neighbours?.ended(pid);
}

/** Takes the actor out of its runtime: from now on nothing reaches it. */
export function remove(process: Process): void {
  const { $mailbox: mailbox, pid, runtime } = process;
  mailbox.alive = false;
  runtime.$population.delete(mailbox);
  pid.mailbox = null;
  pid.address.release(pid);
  if (mailbox.owned !== null) dispose(process, mailbox.owned);
}

function dispose(process: Process, owned: ReadonlySet<Disposable>): void {
  for (const resource of owned) {
    try {
      resource[Symbol.dispose]();
    } catch (error) {
      process.runtime.$reports.notFinalized(process, error);
    }
  }
}

export function tellExited(runtime: Runtime, linker: PID, pid: PID): void {
  const { mailbox } = linker;
  if (mailbox !== null) {
    mailbox.links?.delete(pid);
    mailbox.exits ??= new Set();
    mailbox.exits.add(pid);
  }
  runtime.post('exited', EXITED, linker, pid, pid, exited as Run, null);
}

function exited(this: Process, pid: PID): unknown {
  return this.$exited(pid);
}

function dropAll(process: Process): void {
  const { $mailbox: mailbox } = process;
  const { owed } = mailbox;
  if (owed === null && mailbox.length === 0) return;
  // Made at need only: its stack trace costs more than all else that ends an actor.
  let gone: Failure | null = null;
  const failWith = (): Failure => {
    gone ??= new Failure(`${process.pid} terminated`, 'TERMINATED');
    return gone;
  };
  for (const reply of owed ?? []) reply.cut(failWith());
  for (const envelope of mailbox) {
    process.runtime.$drop(envelope, 'terminated');
    envelope.reply?.fail(failWith());
  }
  mailbox.clear();
}

function unlink({ pid: linker, runtime }: Process, links: ReadonlySet<PID>): void {
  for (const pid of links) {
    pid.mailbox?.linkers?.delete(linker);
    runtime.$links.delete(linker, pid);
  }
}
