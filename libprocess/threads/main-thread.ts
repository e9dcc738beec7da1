/**
 * The other side of a thread: what a runtime in a worker asks the main thread, and what it is told.
 *
 * Whatever is not for an actor of this thread goes to the main thread, which knows all ids and has the network.
 */
import type { MessagePort } from 'node:worker_threads';
import { describeProcesses } from '../endpoints/processes.ts';
import type { Envelope } from '../envelope.ts';
import { Failure } from '../failure.ts';
import { Future, type Promised } from '../future.ts';
import { notFound, type Response } from '../http/http.ts';
import { type Logger, logger, printFields } from '../log.ts';
import type { MessageType } from '../message.ts';
import { Address, type PID } from '../pid.ts';
import type { Process } from '../process.ts';
import type { Runtime } from '../runtime.ts';
import type { TraceSettings } from '../trace/protocol.ts';
import { Reports } from '../transport/reports.ts';
import { AskedPolicy } from './admission.ts';
import { Calls } from './calls.ts';
import { Channel, type ChannelOwner } from './channel.ts';
import { type Fields, FRAME } from './frames.ts';
import { rowsOf } from './mirror.ts';
import type { Neighbours } from './neighbours.ts';
import { Requests } from './requests.ts';
import { type Claim, GRANTED, type Setting, WAITING } from './setting.ts';
import { ThreadTracing } from './thread-tracing.ts';

/** What a thread has once it has joined. */
interface Home {
  readonly runtime: Runtime;
  readonly reports: Reports;
  readonly requests: Requests;
  readonly tracing: ThreadTracing;
}

export class MainThread implements Neighbours, ChannelOwner {
  readonly mark: string;
  readonly channel: Channel;
  readonly calls: Calls;
  readonly #claims: MessagePort;
  readonly #granted: Int32Array;
  /** Set once the runtime exists, before anything can come. */
  #home: Home | null = null;
  /** How many actors were spawned, and which of them has which id. */
  #spawned = 0;
  readonly #counts = new Map<string, number>();

  constructor(
    { name, frames, claims, granted }: Setting,
    readonly address: Address,
  ) {
    this.mark = `${name}:`;
    this.#claims = claims;
    this.#granted = granted;
    this.channel = new Channel(frames, 'main', this);
    this.calls = new Calls((kind, fields) => this.channel.send(kind, fields), {
      metrics: () => this.#at().runtime.metrics.read().then(rowsOf),
      processes: () => describeProcesses(this.#at().runtime.processes),
      trace: (settings: TraceSettings | null) => this.#at().tracing.set(settings),
      events: (from: number) => this.#at().tracing.events(from),
    });
  }

  get runtime(): Runtime {
    return this.#at().runtime;
  }

  /** Serves `runtime`, and says so. */
  serveFor(runtime: Runtime): void {
    const policy = new AskedPolicy(runtime.http, this.calls);
    const requests = new Requests(
      (kind, fields) => this.channel.send(kind, fields),
      (request, permits) => {
        policy.apply(permits);
        return runtime.serve(request);
      },
    );
    this.#home = { runtime, reports: new Reports(runtime), requests, tracing: new ThreadTracing(runtime) };
    runtime.neighbours = this;
    this.channel.send(FRAME.joined, []);
  }

  /** Sends what waits; then nothing holds this thread any more. */
  close(): void {
    this.channel.port.close();
    this.#claims.close();
  }

  /** Lines go to the log of the main thread. */
  get log(): Logger {
    return logger((level, text, fields) => this.channel.send(FRAME.log, [level, text, printFields(fields)]));
  }

  /** An actor died of a bug. */
  died(process: Process): void {
    if (process.$mailbox.essential) this.channel.send(FRAME.essential, [String(process.pid)]);
  }

  // What the runtime asks.

  /** A fixed id is claimed, and the answer waited for; counted ones have this thread's mark. */
  spawning(id: string, isCounted: boolean): void {
    const count = this.#spawned + 1;
    if (isCounted) this.channel.send(FRAME.spawned, [id, count]);
    else this.#claim([id, count]);
    this.#spawned = count;
    this.#counts.set(id, count);
  }

  ended({ id }: PID): void {
    this.channel.send(FRAME.ended, [id, this.#counts.get(id)]);
    this.#counts.delete(id);
  }

  /** A message that came for an actor which has just ended goes back, behind the news of that end: it does not circle. */
  take(envelope: Envelope): boolean {
    if (envelope.kind !== 'message') return false;
    this.channel.carry(envelope);
    return true;
  }

  /** Whether there is such an actor the main thread knows: its answer may be that there is none. */
  link({ id }: PID): boolean {
    this.channel.send(FRAME.link, [id]);
    return true;
  }

  disconnected(): void {}

  /** What comes here has been found to be for an actor of this thread. */
  has(): boolean {
    return false;
  }

  serve(): Future<Response> {
    return Future.ready(notFound());
  }

  /** The main thread shows all actors. */
  processes(): Future<readonly object[]> {
    return Future.ready([]);
  }

  /** Threads start no threads. */
  async stop(): Promise<void> {}

  // What the main thread says.

  /** Only the main thread hands on. */
  relay(): Channel | null {
    return null;
  }

  receive(
    type: MessageType<unknown, unknown>,
    to: PID,
    from: PID,
    body: unknown,
    reply: Promised<unknown> | null,
    origin: string | null,
    bytes: number,
  ): void {
    this.runtime.receive(type, to, from, body, reply, origin, bytes);
  }

  report(metric: string, text: string): void {
    this.#at().reports.report(metric, 'the main thread', text);
  }

  control(kind: number, fields: Fields): void {
    const { runtime, requests } = this.#at();
    if (kind === FRAME.exited) runtime.gone(this.address.pid(fields[0] as string));
    else if (kind === FRAME.broken) runtime.disconnected(Address.parse(fields[0] as string));
    else if (kind === FRAME.call) this.calls.takeCall(fields);
    else if (kind === FRAME.result) this.calls.takeResult(fields);
    else if (kind === FRAME.stop) this.#stop(runtime);
    else if (!requests.take(kind, fields)) throw new Error(`a frame of the kind ${kind}, which nobody sends here`);
  }

  #stop(runtime: Runtime): void {
    // A rejection is a bug; unhandled it ends this thread, and the main thread logs it.
    void runtime.stop().then(() => process.exit(0));
  }

  #claim(claim: Claim): void {
    Atomics.store(this.#granted, 0, WAITING);
    this.#claims.postMessage(claim);
    Atomics.wait(this.#granted, 0, WAITING);
    if (Atomics.load(this.#granted, 0) === GRANTED) return;
    throw new Failure(`there is a process '${claim[0]}' already, in another thread`, 'DUPLICATE_ID');
  }

  #at(): Home {
    if (this.#home === null) throw new Error('the thread has no runtime yet');
    return this.#home;
  }
}
