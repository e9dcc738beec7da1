/**
 * Refs: typed stubs of local actors. Calling a method of a Ref dispatches it: it runs as a turn of the actor, and a
 * Future of what it returns comes back.
 *
 * The stubs are real methods on a class that is generated once for each actor class. Only public methods become stubs;
 * getters, fields and what `Process` itself has do not.
 *
 * Source: libprocess dispatch.hpp, and the class around each process (`Allocator` around `AllocatorProcess`).
 */
import { current } from './current.ts';
import type { Named, Run } from './envelope.ts';
import { type Future, Promised } from './future.ts';
import type { PID } from './pid.ts';
import { Process } from './process.ts';
import type { Runtime } from './runtime.ts';

type Calls<P> = {
  readonly [K in keyof P as K extends keyof Process
    ? never
    : P[K] extends (...args: never[]) => unknown
      ? K
      : never]: P[K] extends (...args: infer A) => infer R ? (...args: A) => Future<Awaited<R>> : never;
};

/**
 * An actor of this runtime as others hold it: its public methods, each of which runs as a turn of the actor and gives
 * a Future.
 */
export type Ref<P extends Process> = Calls<P> & { readonly pid: PID };

interface Stub {
  readonly runtime: Runtime;
  readonly pid: PID;
}

type StubClass = new (runtime: Runtime, pid: PID) => Stub;

const stubClasses = new Map<unknown, StubClass>();

/** @internal */
export function refTo<P extends Process>(runtime: Runtime, process: P): Ref<P> {
  let StubOf = stubClasses.get(process.constructor);
  if (StubOf === undefined) {
    StubOf = stubClassFor(process);
    stubClasses.set(process.constructor, StubOf);
  }
  return new StubOf(runtime, process.pid) as unknown as Ref<P>;
}

function stubClassFor(process: Process): StubClass {
  class StubOf implements Stub {
    constructor(
      readonly runtime: Runtime,
      readonly pid: PID,
    ) {}
  }
  for (
    let prototype = Object.getPrototypeOf(process);
    prototype !== Process.prototype;
    prototype = Object.getPrototypeOf(prototype)
  ) {
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(prototype))) {
      if (typeof value !== 'function' || name === 'constructor') continue;
      if (name in StubOf.prototype) continue;
      if (name in Process.prototype) {
        checkHiding(process, name);
        continue;
      }
      const type: Named = Object.freeze({ name: `${process.constructor.name}.${name}` });
      Object.defineProperty(StubOf.prototype, name, { value: stubOf(type, value as (...args: unknown[]) => unknown) });
    }
  }
  return StubOf;
}

/**
 * Methods of `Process` may be overridden; what actors read of themselves, as `log` and `now`, may not become a method.
 * The compiler says so, but scripts may run unchecked.
 */
function checkHiding(process: Process, name: string): void {
  if (Object.getOwnPropertyDescriptor(Process.prototype, name)?.get === undefined) return;
  throw new Error(`${process.constructor.name}.${name} hides what every Process has as ${name}: give it another name`);
}

function stubOf(type: Named, method: (...args: unknown[]) => unknown): (...args: unknown[]) => Future<unknown> {
  const run = function (this: Process, args: unknown[]): unknown {
    switch (args.length) {
      case 0:
        return method.call(this);
      case 1:
        return method.call(this, args[0]);
      case 2:
        return method.call(this, args[0], args[1]);
      default:
        return method.apply(this, args);
    }
  } as unknown as Run;
  return function (this: Stub, ...args: unknown[]): Future<unknown> {
    const reply = new Promised<unknown>();
    const { runtime, pid } = this;
    runtime.post('dispatch', type, pid, callerIn(runtime, type), args, run, reply);
    return reply;
  } as (...args: unknown[]) => Future<unknown>;
}

/** Whose turn it is; a Ref works inside its own runtime only, since a call across would bypass the network. */
function callerIn(runtime: Runtime, type: Named): PID {
  const envelope = current();
  if (envelope === null) return runtime.outside;
  const { mailbox } = envelope.to;
  if (mailbox !== null && mailbox.runtime !== runtime) {
    throw new Error(
      `${envelope.to} calls ${type.name} of another runtime (${runtime.address}): send a message instead`,
    );
  }
  return envelope.to;
}
