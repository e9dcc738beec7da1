/**
 * V8's inspector, asked from within: profiles of this OS process, in the formats of Chrome's developer tools.
 *
 * Only one part of the process should hold a session that profiles: V8 profiles the whole thread.
 */
import { Session } from 'node:inspector';
import { Future, Promised } from '../future.ts';
import type { AllocationNode } from './allocations.ts';

/** Microseconds from one look at the stack to the next. */
const SAMPLING_INTERVAL_US = 1_000;
/** Bytes allocated, on average, from one look at the stack to the next. */
const HEAP_SAMPLING_BYTES = 32_768;

/** What a `.heapprofile` holds. */
export interface HeapProfile {
  readonly head: AllocationNode;
}

export class Inspector implements Disposable {
  readonly #session = new Session();

  constructor() {
    this.#session.connect();
  }

  startCpuProfile(): Future<unknown> {
    return Future.collect([
      this.#post('Profiler.enable'),
      this.#post('Profiler.setSamplingInterval', { interval: SAMPLING_INTERVAL_US }),
      this.#post('Profiler.start'),
    ]);
  }

  /** What a `.cpuprofile` holds. */
  stopCpuProfile(): Future<unknown> {
    return this.#post('Profiler.stop').then(profileIn);
  }

  startHeapProfile(): Future<unknown> {
    return this.#post('HeapProfiler.startSampling', { samplingInterval: HEAP_SAMPLING_BYTES });
  }

  stopHeapProfile(): Future<HeapProfile> {
    return this.#post('HeapProfiler.stopSampling').then(answer => profileIn(answer) as HeapProfile);
  }

  [Symbol.dispose](): void {
    this.#session.disconnect();
  }

  #post(method: string, parameters: object = {}): Future<unknown> {
    const answer = new Promised<unknown>();
    this.#session.post(method, parameters, (error: Error | null, result?: object) => {
      if (error === null) answer.set(result);
      else answer.fail(error);
    });
    return answer;
  }
}

function profileIn(answer: unknown): unknown {
  return (answer as { readonly profile: unknown }).profile;
}
