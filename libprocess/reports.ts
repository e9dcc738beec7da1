/**
 * What a runtime says of actors that fail or fall behind: bugs, failures that nobody waits for, long mailboxes. But for
 * bugs, each of which costs its actor, the same site is logged once a minute and counted every time, so that no peer can
 * fill the log.
 */
import type { Clock } from './clock.ts';
import { afterTurns } from './drain.ts';
import type { Envelope } from './envelope.ts';
import type { Failure } from './failure.ts';
import { MAILBOX_HIGH } from './limits.ts';
import type { Logger } from './log.ts';
import type { Metrics } from './metrics/metrics.ts';
import type { Process } from './process.ts';

const INTERVAL_MS = 60_000;

export class Reports {
  readonly #loggedAt = new Map<string, number>();

  constructor(
    private readonly log: Logger,
    private readonly clock: Clock,
    private readonly metrics: Metrics,
  ) {}

  /** A bug killed `process`. */
  died({ pid }: Process, { type }: Envelope, error: unknown): void {
    this.log.error({ pid: String(pid), envelope: type.name, error }, `${pid} died of a bug`);
  }

  /** A handler of `process` failed; reported unless somebody looks at its answer by the end of the turns under way. */
  failed(process: Process, envelope: Envelope, error: Failure): void {
    const { reply } = envelope;
    if (reply === null) this.#unobserved(process, envelope, error);
    else if (!reply.isObserved) {
      afterTurns(() => {
        if (!reply.isObserved) this.#unobserved(process, envelope, error);
      });
    }
  }

  #unobserved(process: Process, { type }: Envelope, error: Failure): void {
    this.metrics.count('libprocess/unobserved_failures');
    const site = `${process.constructor.name} ${type.name}`;
    if (this.#isDue(site))
      this.log.warn({ pid: String(process.pid), envelope: type.name, error }, `${site}: ${error.message}`);
  }

  notFinalized({ pid }: Process, error: unknown): void {
    this.log.error({ pid: String(pid), error }, `${pid} failed to finalize`);
  }

  /** A mailbox may pass the mark a thousand times a second. */
  mailboxHigh(process: Process): void {
    const { pid } = process;
    this.metrics.count('libprocess/mailbox_high');
    if (!this.#isDue(`mailbox of ${process.constructor.name}`)) return;
    this.log.warn({ pid: String(pid), length: MAILBOX_HIGH }, `the mailbox of ${pid} is long`);
  }

  #isDue(site: string): boolean {
    const last = this.#loggedAt.get(site);
    if (last !== undefined && this.clock.now - last < INTERVAL_MS) return false;
    this.#loggedAt.set(site, this.clock.now);
    return true;
  }
}
