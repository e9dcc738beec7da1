/**
 * Failing tests that say which seed failed: in a set-up file of the test runner,
 *
 *   import { beforeEach } from 'vitest';
 *   reportFailures(beforeEach);
 *
 * whatever fails a test, a plain `expect` too, then has the seed of its simulation printed beside it, the command that
 * replays it, and the last lines of message flow. Runs under vitest, and under every runner whose `beforeEach` hands
 * its callback such a context.
 */
import { type Described, onSimulation } from './started.ts';

/** What a runner tells the callback of `beforeEach`. */
export interface TestContext {
  onTestFailed(call: (context: { readonly task: FailedTask }) => void): void;
}

interface FailedTask {
  readonly result?: { readonly errors?: readonly { readonly message?: string | undefined }[] | undefined } | undefined;
}

/** @param print - takes the report; by default it goes to stderr. */
export function reportFailures(
  beforeEach: (call: (context: TestContext) => void) => void,
  print: (report: string) => void = console.error,
): void {
  let begun: Described[] = [];
  onSimulation(simulation => begun.push(simulation));
  beforeEach(context => {
    const own: Described[] = [];
    begun = own;
    context.onTestFailed(({ task }) => {
      const told = (task.result?.errors ?? []).map(({ message }) => message ?? '').join('\n');
      for (const report of reportsOf(own, told)) print(report);
    });
  });
}

/** What is to be said of `simulations`, where `told` does not say it already. */
export function reportsOf(simulations: readonly Described[], told: string): string[] {
  return simulations.filter(({ replay }) => !told.includes(replay)).map(each => `(${each.describe()}`);
}
