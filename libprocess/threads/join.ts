/**
 * `joinRuntime`: what the file of a thread begins with.
 *
 *   const { runtime, data } = joinRuntime<{ rounds: number }>();
 *   runtime.spawn(new Hasher(data.rounds));
 */
import { isMainThread, workerData } from 'node:worker_threads';
import { useRuntime } from '../default.ts';
import { Failure } from '../failure.ts';
import { Address } from '../pid.ts';
import { Runtime, type RuntimeOptions } from '../runtime.ts';
import { MainThread } from './main-thread.ts';
import type { Setting } from './setting.ts';
import { ThreadNetwork } from './thread-network.ts';

/** What a thread has once it has joined: its runtime, its name, and what it was given. */
/** What a thread has once it has joined. */
export interface Joined<D> {
  /** A runtime of this thread: its actors have the address of the runtime that started the thread. */
  readonly runtime: Runtime;
  /** What the thread was called at its start. */
  readonly name: string;
  /** What it was given at its start, cloned. */
  readonly data: D;
}

/**
 * Makes this thread one more of the runtime that started it by `startThread`. `spawn`, `send` and the other functions for
 * scripts act on it from now on.
 *
 * `options` may bring seams for this thread, a disk or a launcher; address, network, clock and log are given.
 *
 * @throws Failure NOT_A_THREAD elsewhere.
 */
export function joinRuntime<D = undefined>(options: Pick<RuntimeOptions, 'disk' | 'launcher'> = {}): Joined<D> {
  const setting = settingOf(workerData);
  if (isMainThread || setting === null) {
    throw new Failure('joinRuntime() is for the file of a thread that startThread() started', 'NOT_A_THREAD');
  }
  const address = Address.of(setting.ip, setting.port);
  const main = new MainThread(setting, address);
  const died: RuntimeOptions['died'] = process => main.died(process);
  const { name, delegate, data } = setting;
  const given = { network: new ThreadNetwork(main), log: main.log, delegate: delegate ?? undefined, died };
  const runtime = Runtime.at(address, { ...options, ...given });
  main.serveFor(runtime);
  useRuntime(runtime);
  return { runtime, name, data: data as D };
}

function settingOf(data: unknown): Setting | null {
  const setting = data as Partial<Setting> | null | undefined;
  return setting?.libprocess === 1 ? (setting as Setting) : null;
}
