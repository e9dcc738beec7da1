/**
 * The message flow of a simulation: what was posted and what was dropped, on all nodes, in one order.
 *
 *         0 ms  test → status-updates(t1)  StatusUpdateStream.update
 *         0 ms  status-updates(t1) → master  mesos.StatusUpdate
 *               ✗ lost mesos.StatusUpdate
 *     10000 ms  status-updates(t1) → status-updates(t1)  #forward
 *
 * A message between nodes is noted where it is sent, not again where it arrives. Everything goes into one SHA-256,
 * with times, addresses and causes: two runs of one seed have the same, or something in them is not the seed's.
 */
import { createHash } from 'node:crypto';
import type { Envelope, Tracer } from '../envelope.ts';
import { type Address, PID } from '../pid.ts';
import type { Step } from '../trace/sequence.ts';

/** Entries and log lines that are kept. */
const KEPT_MAX = 20_000;
/** Lines that are hashed at once. */
const HASHED_TOGETHER = 500;

interface Entry {
  readonly at: number;
  readonly envelope: Envelope;
  /** Why it never arrives; null for one that is on its way. */
  readonly dropped: string | null;
}

export class Flow {
  /** What the nodes logged, oldest first; only the last ones are kept. */
  readonly lines: string[] = [];
  readonly #entries: Entry[] = [];
  readonly #hash = createHash('sha256');
  #unhashed: string[] = [];

  constructor(
    private readonly now: () => number,
    /** Called before each turn. */
    private readonly beforeTurn: () => void,
  ) {}

  /** What the runtime at `address` is traced by. */
  tracerAt(address: Address): Tracer {
    return {
      posted: envelope => {
        const { kind, from, to } = envelope;
        if (kind === 'resume' || kind === 'initialize') return;
        if (kind === 'message' && from.address !== address && to.address === address && from !== PID.none) return;
        this.#add(envelope, null);
      },
      served: () => this.beforeTurn(),
      done: () => undefined,
      dropped: (envelope, why) => this.dropped(envelope, why),
      noted: () => undefined,
    };
  }

  dropped(envelope: Envelope, why: string): void {
    this.#add(envelope, why);
  }

  logged(line: string): void {
    keep(this.lines, line);
    this.#digest(line);
  }

  /** One line for each entry. */
  get log(): string[] {
    return this.#entries.map(lineOf);
  }

  /** The last `count` entries and the last `count` lines of the nodes' logs. */
  last(count: number): string[] {
    return [...this.#entries.slice(-count).map(lineOf), ...this.lines.slice(-count)];
  }

  /** The entries as steps of a sequence diagram; a message that was dropped is one step. */
  get steps(): Step[] {
    const steps = new Map<Envelope, Step>();
    for (const { at, envelope, dropped } of this.#entries) {
      const step = steps.get(envelope) ?? stepOf(at, envelope);
      steps.set(envelope, dropped === null ? step : { ...step, dropped });
    }
    return [...steps.values()];
  }

  /** SHA-256 over all so far. */
  get digest(): string {
    this.#flush();
    return this.#hash.copy().digest('hex');
  }

  #add(envelope: Envelope, dropped: string | null): void {
    const at = this.now();
    keep(this.#entries, { at, envelope, dropped });
    const { kind, type, from, to, id, cause } = envelope;
    this.#digest(`${at} ${kind} ${from} ${to} ${type.name} ${id} ${cause} ${dropped ?? ''}`);
  }

  #digest(line: string): void {
    this.#unhashed.push(line);
    if (this.#unhashed.length >= HASHED_TOGETHER) this.#flush();
  }

  #flush(): void {
    for (const line of this.#unhashed) this.#hash.update(`${line}\n`);
    this.#unhashed = [];
  }
}

function keep<T>(list: T[], entry: T): void {
  if (list.length >= KEPT_MAX) list.splice(0, KEPT_MAX / 2);
  list.push(entry);
}

function lineOf({ at, envelope: { from, to, type }, dropped }: Entry): string {
  if (dropped !== null) return `            ✗ ${dropped} ${type.name}`;
  const ms = String(Math.round(at * 1_000) / 1_000).padStart(7);
  return `${ms} ms  ${from.id || OUTSIDE} → ${to.id}  ${type.name}`;
}

/** What no actor sent comes from the test, or over HTTP. */
const OUTSIDE = 'test';

function stepOf(at: number, { kind, type, from, to }: Envelope): Step {
  return { at, kind, name: type.name, from: from === PID.none ? OUTSIDE : String(from), to: String(to) };
}
