/**
 * A scheduler's subscription with whichever master leads: gets it, keeps it, and gets it again.
 *
 *   disconnected ──SUBSCRIBE──▶ connecting ──200──▶ connected ──SUBSCRIBED──▶ subscribed
 *        ▲                       │  ▲ │ 307: once more,  │                        │
 *        │                       │  └─┘ at the leader    │                        │
 *        └────── backoff ◀───────┴───────────────────────┴── the stream ended, or 5 heartbeats were missed
 *
 * A SUBSCRIBE that the master refuses is refused for good. After TEARDOWN the stream ends, and nothing comes after it.
 *
 * Source: Mesos src/scheduler/scheduler.cpp (states), src/sched/sched.cpp (backoff).
 */
import {
  Failure,
  fromJson,
  ID,
  type PipeReader,
  Process,
  RecordDecoder,
  type Ref,
  type Response,
  type Timer,
} from '../../libprocess/index.ts';
import type { FrameworkInfo } from '../protocol/frameworks.ts';
import type { FrameworkID } from '../protocol/ids.ts';
import { type Call, Event, type EventSubscribed } from '../protocol/scheduler-api.ts';
import { CallQueue } from './call-queue.ts';
import { redirectOf, requestOf, sentenceOf } from './endpoint.ts';

export const BACKOFF_MIN_MS = 2_000;
export const BACKOFF_MAX_MS = 60_000;
export const HEARTBEATS_MISSED_MAX = 5;
const HEARTBEAT_INTERVAL_DEFAULT_SECONDS = 15;
/** Redirects in a row after which the masters do not agree who leads. */
const REDIRECTS_MAX = 5;

/** Whom a subscription tells what. */
export interface Listener {
  event(event: Event): void;
  /** There is no subscription: it was lost, or an attempt failed. The next attempt comes by itself. */
  disconnected(reason: Failure): void;
  /** There will never be one. */
  refused(reason: Failure): void;
}

/** A stream of events that the master has opened. */
interface Stream {
  readonly master: string;
  readonly streamId: string;
  readonly reader: PipeReader;
}

type State =
  | { readonly phase: 'disconnected' }
  | { readonly phase: 'connecting' }
  | { readonly phase: 'connected'; readonly stream: Stream }
  | {
      readonly phase: 'subscribed';
      readonly stream: Stream;
      readonly calls: Ref<CallQueue>;
      readonly silenceMaxMs: number;
      /** Fires when nothing came for too long. */
      readonly silence: Timer;
    }
  | { readonly phase: 'ending'; readonly stream: Stream; readonly calls: Ref<CallQueue> };

const EDGES = {
  disconnected: ['connecting'],
  connecting: ['connecting', 'connected', 'disconnected'],
  connected: ['subscribed', 'disconnected'],
  subscribed: ['subscribed', 'disconnected', 'ending'],
  ending: [],
} as const satisfies Record<State['phase'], readonly State['phase'][]>;

export class Subscription extends Process {
  #state: State = { phase: 'disconnected' };
  #frameworkId: FrameworkID | undefined;
  #backoffMs: number;

  constructor(
    private readonly master: string,
    private readonly framework: FrameworkInfo,
    private readonly suppressedRoles: readonly string[],
    private readonly listener: Listener,
  ) {
    super(ID.generate('scheduler-subscription'));
    this.#frameworkId = framework.id;
    this.#backoffMs = this.#limited(BACKOFF_MIN_MS);
  }

  protected override async initialize(): Promise<void> {
    await this.#subscribe(this.master, 0);
  }

  /** The master's stream is closed; to it, the scheduler has disconnected. */
  protected override finalize(): void {
    this.#release();
  }

  /** Sends a call in the framework's name; fails NOT_SUBSCRIBED, or as `CallQueue.call`. */
  async call(call: Omit<Call, 'framework_id'>): Promise<void> {
    if (this.#state.phase === 'ending') return; // The framework is gone, and with it what this was about.
    if (this.#state.phase !== 'subscribed') {
      throw new Failure(`${call.type} needs a subscription, and there is none now`, 'NOT_SUBSCRIBED');
    }
    await this.turn(this.#state.calls.call({ framework_id: this.#frameworkId, ...call }));
  }

  /** Ends the framework: the master closes the stream, perhaps before it answers. Fails as `call`. */
  async tearDown(): Promise<void> {
    const state = this.#state;
    const torn = this.call({ type: 'TEARDOWN' });
    if (state.phase === 'subscribed') {
      state.silence.cancel();
      this.#become({ phase: 'ending', stream: state.stream, calls: state.calls });
    }
    await torn;
  }

  async #subscribe(master: string, redirects: number): Promise<void> {
    const mine: State = { phase: 'connecting' };
    this.#become(mine);
    try {
      const request = requestOf(this.#subscribeCall(), null, this.runtime.address.text);
      const response = await this.turn(this.runtime.request(master, request));
      await this.#answered(master, redirects, response);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      if (error.code === 'REFUSED') this.listener.refused(error);
      else if (this.#state === mine) this.#retry(error);
    }
  }

  #subscribeCall(): Call {
    const id = this.#frameworkId;
    const suppressed = this.suppressedRoles.length === 0 ? undefined : this.suppressedRoles;
    return {
      framework_id: id,
      type: 'SUBSCRIBE',
      subscribe: { framework_info: { ...this.framework, id }, suppressed_roles: suppressed },
    };
  }

  async #answered(master: string, redirects: number, response: Response): Promise<void> {
    const streamId = response.headers['mesos-stream-id'];
    if (response.status === 200 && response.reader !== null && streamId !== undefined) {
      const stream = { master, streamId, reader: response.reader };
      this.#become({ phase: 'connected', stream });
      this.defer(this.#read)(stream);
      return;
    }
    const leader = redirectOf(response);
    const sentence = await this.turn(sentenceOf(response));
    if (leader !== null && redirects < REDIRECTS_MAX) this.defer(this.#subscribe)(leader, redirects + 1);
    else throw new Failure(`${master} did not subscribe the framework: ${sentence}`, codeOf(response.status));
  }

  async #read(stream: Stream): Promise<void> {
    const decoder = new RecordDecoder();
    try {
      for (;;) {
        const piece = await this.turn(stream.reader.read());
        if (!this.#isCurrent(stream)) return;
        if (piece.length === 0) throw new Failure(`${stream.master} closed the stream`, 'DISCONNECTED');
        for (const record of decoder.decode(piece)) this.#event(stream, eventOf(record));
      }
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      if (this.#isCurrent(stream)) this.#retry(error);
    }
  }

  #event(stream: Stream, event: Event): void {
    if (event.type === 'SUBSCRIBED' && event.subscribed !== undefined) this.#subscribed(stream, event.subscribed);
    else if (this.#state.phase === 'subscribed') this.#heard(this.#state);
    this.listener.event(event);
  }

  #subscribed(stream: Stream, { framework_id, heartbeat_interval_seconds }: EventSubscribed): void {
    this.#frameworkId = framework_id;
    this.#backoffMs = this.#limited(BACKOFF_MIN_MS);
    const intervalMs = (heartbeat_interval_seconds ?? HEARTBEAT_INTERVAL_DEFAULT_SECONDS) * 1_000;
    const silenceMaxMs = intervalMs * HEARTBEATS_MISSED_MAX;
    const calls = this.spawn(new CallQueue(stream.master, stream.streamId));
    const silence = this.delay(silenceMaxMs, this.#silent, stream, silenceMaxMs);
    this.#become({ phase: 'subscribed', stream, calls, silenceMaxMs, silence });
  }

  /** Anything that comes counts as a heartbeat. */
  #heard(state: State & { readonly phase: 'subscribed' }): void {
    state.silence.cancel();
    const silence = this.delay(state.silenceMaxMs, this.#silent, state.stream, state.silenceMaxMs);
    this.#become({ ...state, silence });
  }

  #silent(stream: Stream, ms: number): void {
    this.#retry(new Failure(`${stream.master} was silent for ${ms / 1_000} seconds`, 'DISCONNECTED'));
  }

  /** Tells why there is no subscription, and tries again after a while that is random and grows. */
  #retry(reason: Failure): void {
    this.#release();
    this.#become({ phase: 'disconnected' });
    this.listener.disconnected(reason);
    this.delay(this.random.next() * this.#backoffMs, this.#subscribe, this.master, 0);
    this.#backoffMs = this.#limited(this.#backoffMs * 2);
  }

  #release(): void {
    const state = this.#state;
    if (state.phase === 'disconnected' || state.phase === 'connecting') return;
    state.stream.reader.close();
    if (state.phase === 'subscribed') state.silence.cancel();
    if (state.phase !== 'connected') this.runtime.terminate(state.calls.pid);
  }

  /** No backoff may eat up more than a tenth of the time in which the framework must come back. */
  #limited(ms: number): number {
    const failoverMs = (this.framework.failover_timeout ?? 0) * 1_000;
    return Math.min(ms, BACKOFF_MAX_MS, failoverMs > 0 ? failoverMs / 10 : Infinity);
  }

  #isCurrent(stream: Stream): boolean {
    const state = this.#state;
    return (state.phase === 'connected' || state.phase === 'subscribed') && state.stream === stream;
  }

  #become(next: State): void {
    const legal: readonly State['phase'][] = EDGES[this.#state.phase];
    if (!legal.includes(next.phase)) throw new Error(`illegal transition ${this.#state.phase} → ${next.phase}`);
    this.#state = next;
  }
}

/** What a later attempt may mend: no leader yet, a master that recovers or fails. The rest is final. */
function codeOf(status: number): 'DISCONNECTED' | 'REFUSED' {
  return status >= 500 || status === 307 || status === 200 ? 'DISCONNECTED' : 'REFUSED';
}

/** @throws Failure MALFORMED. */
function eventOf(record: Uint8Array): Event {
  try {
    return fromJson(Event, JSON.parse(Buffer.from(record).toString('utf8')));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new Failure(`an event is no JSON: ${error.message}`, 'MALFORMED', { cause: error });
  }
}
