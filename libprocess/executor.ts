/**
 * Executors: an actor, `__executor__(N)`, whose turns run whatever functions are deferred to it, one at a time and in
 * order. For code that is no actor and yet must not be entered twice.
 *
 *   const executor = new Executor();
 *   socket.onMessage(executor.defer(async bytes => { … }));
 *
 * Source: libprocess executor.hpp. Its `run` (run.hpp), one function in an actor of its own, is `async` here.
 */
import { current } from './current.ts';
import { defaultRuntime } from './default.ts';
import type { Future } from './future.ts';
import { ID } from './id.ts';
import type { PID } from './pid.ts';
import { type Answer, Process } from './process.ts';
import type { Ref } from './ref.ts';
import type { Runtime } from './runtime.ts';

/** Runs the functions that are deferred to it in an actor of its own, one at a time and in order. */
export class Executor implements Disposable {
  readonly #runtime: Runtime;
  readonly #process: Ref<ExecutorProcess>;

  /** @param runtime - by default that of the actor whose turn it is, otherwise the default one. */
  constructor(runtime: Runtime = current()?.to.process?.runtime ?? defaultRuntime()) {
    this.#runtime = runtime;
    this.#process = runtime.spawn(new ExecutorProcess());
  }

  get pid(): PID {
    return this.#process.pid;
  }

  /**
   * A function that, whenever and by whomever called, runs `work` as a turn of the executor. Its Future fails with what
   * `work` throws; with TERMINATED or NO_PROCESS when the executor has been stopped, or has died of a bug in `work`.
   */
  defer<A extends unknown[], R>(work: (...args: A) => Answer<R>): (...args: A) => Future<Awaited<R>> {
    return (...args) => this.#process.run(() => work(...args)) as Future<Awaited<R>>;
  }

  /** Ends the actor before what is queued. */
  stop(): void {
    this.#runtime.terminate(this.pid);
  }

  [Symbol.dispose](): void {
    this.stop();
  }
}

class ExecutorProcess extends Process {
  constructor() {
    super(ID.generate('__executor__'));
  }

  run(work: () => Answer<unknown>): Answer<unknown> {
    return work();
  }
}
