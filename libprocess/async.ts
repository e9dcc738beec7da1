/**
 * Work in an actor of its own, `__async_executor__(N)`, which lives as long as the work.
 *
 * There is one thread: what computes for long still blocks all actors. It is for work that must not be a turn of the
 * actor that wants it, and whose bugs must not kill that actor.
 *
 * Source: libprocess async.hpp.
 */
import { current } from './current.ts';
import { defaultRuntime } from './default.ts';
import { Future } from './future.ts';
import { ID } from './id.ts';
import { type Answer, Process } from './process.ts';
import type { Runtime } from './runtime.ts';

/**
 * What `work` comes to. Fails with the Failure that `work` throws, or with TERMINATED when it dies of a bug.
 *
 * @param runtime - by default that of the actor whose turn it is, otherwise the default one.
 */
export function async<T>(work: () => Answer<T>, runtime: Runtime = ownRuntime()): Future<T> {
  return runtime.spawn(new AsyncExecutor()).execute(work) as Future<T>;
}

class AsyncExecutor extends Process {
  constructor() {
    super(ID.generate('__async_executor__'));
  }

  /** Ends the actor behind the outcome. */
  execute(work: () => Answer<unknown>): Answer<unknown> {
    const end = (): void => this.terminate(false);
    try {
      const answer = work();
      if (answer instanceof Future) return answer.onAny(end);
      if (answer instanceof Promise) return answer.finally(end);
      end();
      return answer;
    } catch (error) {
      end();
      throw error;
    }
  }
}

function ownRuntime(): Runtime {
  return current()?.to.process?.runtime ?? defaultRuntime();
}
