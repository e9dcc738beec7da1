/**
 * `/memory-profiler/…`: who allocates memory, and what is in it now. V8 stands in for jemalloc.
 *
 *   idle ── start(duration) ──▶ sampling ── stop, or duration over ──▶ idle, with a profile to download
 *
 * Profiles (`.heapprofile`) and snapshots (`.heapsnapshot`) open in Chrome's developer tools, profiles in speedscope too.
 *
 * Source: libprocess memory_profiler.cpp.
 */
import { getHeapSnapshot, getHeapStatistics } from 'node:v8';
import type { Timer } from '../clock.ts';
import { Failure } from '../failure.ts';
import { pipeFrom } from '../http/body-pipe.ts';
import { badRequest, conflict, json, notFound, ok, queryOf, type Request, type Response } from '../http/http.ts';
import { Process } from '../process.ts';
import { parseDuration } from '../units.ts';
import { allocationGraph, foldedStacks } from './allocations.ts';
import { attachment, streamedAttachment } from './attachment.ts';
import { type HeapProfile, Inspector } from './inspector.ts';

const DURATION_MS = 300_000;
const DURATION_MIN_MS = 1_000;
const DURATION_MAX_MS = 86_400_000;

const START_HELP = `Starts collection of stack traces.

Looks at the stack of one allocation in many, until /memory-profiler/stop or for a while:

>        duration=VALUE       How long to collect (default: 5mins; from 1secs to 24hrs)`;
const SNAPSHOT_HELP = `Returns all that is in the heap.

The process stands still while its heap is written down, and needs as much memory again.`;

const FOLDED_HELP = `Returns the last profile as text.

One line for each stack, with the bytes that it allocated: for flamegraph.pl or speedscope.`;
const NO_PROFILE = 'There is no profile: start and stop one first.\n';

interface Sampling {
  readonly id: number;
  readonly inspector: Inspector;
  readonly timer: Timer;
}

interface Profile {
  readonly id: number;
  readonly content: HeapProfile;
}

export class MemoryProfilerEndpoint extends Process {
  #runs = 0;
  #sampling: Sampling | null = null;
  #last: Profile | null = null;

  constructor(private readonly realm: string | undefined = undefined) {
    super('memory-profiler');
  }

  protected override initialize(): void {
    const { realm } = this;
    this.route('/start', { help: START_HELP, realm }, this.#start);
    this.route('/stop', { help: 'Stops collection of stack traces.', realm }, this.#stop);
    this.route('/download/raw', { help: 'Returns the last profile.', realm }, this.#profile);
    this.route('/download/symbolized', { help: FOLDED_HELP, realm }, this.#folded);
    this.route('/download/graph', { help: 'Returns the last profile as a picture.', realm }, this.#graph);
    this.route('/download/snapshot', { help: SNAPSHOT_HELP, realm }, this.#snapshot);
    this.route('/state', { help: 'Shows whether stack traces are collected.', realm }, this.#state);
    this.route('/statistics', { help: 'Shows the sizes of the heap.', realm }, request =>
      json(getHeapStatistics(), request),
    );
  }

  protected override finalize(): void {
    this.#sampling?.inspector[Symbol.dispose]();
  }

  async #start(request: Request): Promise<Response> {
    const durationMs = durationIn(queryOf(request).get('duration'));
    if (typeof durationMs === 'string') return badRequest(durationMs);
    if (this.#sampling !== null) return conflict('Heap profiling is already active.\n');
    this.#runs += 1;
    const id = this.#runs;
    const inspector = new Inspector();
    this.#sampling = { id, inspector, timer: this.delay(durationMs, this.#finish) };
    await this.turn(inspector.startHeapProfile());
    return json({ id, message: 'Heap profiling started.' }, request);
  }

  async #stop(request: Request): Promise<Response> {
    if (this.#sampling === null) return badRequest('Heap profiling is not active.\n');
    const { id } = this.#sampling;
    await this.#finish();
    return json({ id, message: 'Heap profiling stopped: see /memory-profiler/download/raw.' }, request);
  }

  async #finish(): Promise<void> {
    if (this.#sampling === null) return;
    const { id, inspector, timer } = this.#sampling;
    timer.cancel();
    this.#sampling = null;
    this.#last = { id, content: await this.turn(inspector.stopHeapProfile()) };
    inspector[Symbol.dispose]();
  }

  #profile(): Response {
    if (this.#last === null) return notFound(NO_PROFILE);
    return attachment(`memory-${this.#last.id}.heapprofile`, this.#last.content);
  }

  #folded(): Response {
    if (this.#last === null) return notFound(NO_PROFILE);
    return ok(foldedStacks(this.#last.content.head));
  }

  #graph(): Response {
    if (this.#last === null) return notFound(NO_PROFILE);
    return ok(allocationGraph(this.#last.content.head), { 'content-type': 'image/svg+xml' });
  }

  #snapshot(): Response {
    const wrap = (error: Error | null): Failure => new Failure(`no snapshot: ${error?.message}`, 'NO_SNAPSHOT');
    const reader = pipeFrom(getHeapSnapshot(), wrap, stream => stream.destroy());
    return streamedAttachment('memory.heapsnapshot', reader);
  }

  #state(request: Request): Response {
    return json({ profiling: this.#sampling !== null, id: this.#sampling?.id ?? this.#last?.id }, request);
  }
}

/** Milliseconds, or what is wrong with `text`. */
function durationIn(text: string | null): number | string {
  if (text === null) return DURATION_MS;
  try {
    const ms = parseDuration(text);
    if (ms >= DURATION_MIN_MS && ms <= DURATION_MAX_MS) return ms;
    return `Duration '${text}' must be between 1secs and 24hrs.\n`;
  } catch (error) {
    if (error instanceof Failure) return `Invalid duration '${text}': ${error.message}.\n`;
    throw error;
  }
}
