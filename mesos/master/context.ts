/**
 * What the parts of the master share: its state, the actors beside it, and what an actor can do.
 *
 * The parts are plain classes, each for one conversation; they run inside turns of the actor `master` and so reach the
 * world through it.
 */
import type {
  Endpoints,
  Future,
  Logger,
  MessageType,
  PID,
  Process,
  Ref,
  Snapshot,
  SpawnOptions,
  Timer,
} from '../../libprocess/index.ts';
import type { MasterInfo } from '../protocol/masters.ts';
import type { TimeInfo } from '../protocol/time.ts';
import type { BuildInfo } from '../version/build.ts';
import type { HierarchicalAllocatorProcess } from './allocator/allocator.ts';
import type { Cluster } from './cluster.ts';
import type { MasterFlags } from './flags.ts';
import type { MasterMetrics } from './metrics.ts';
import type { Registrar } from './registrar.ts';

export interface MasterContext {
  readonly flags: MasterFlags;
  readonly build: BuildInfo;
  readonly info: MasterInfo;
  readonly cluster: Cluster;
  readonly allocator: Ref<HierarchicalAllocatorProcess>;
  readonly registrar: Ref<Registrar>;
  readonly metrics: MasterMetrics;
  readonly logging: Endpoints['logging'];
  /** All metrics of this runtime. */
  snapshot(timeoutMs: number): Future<Snapshot>;
  readonly log: Logger;
  /** Seconds since the epoch. */
  wall(): number;
  uuid(): string;
  send<B>(to: PID, type: MessageType<B>, body: B): void;
  link(pid: PID): void;
  delay<A extends unknown[]>(ms: number, method: (...args: A) => void | Promise<void>, ...args: A): Timer;
  defer<A extends unknown[]>(method: (...args: A) => void | Promise<void>): (...args: A) => void;
  turn<T>(future: Future<T>): Promise<T>;
  spawn<P extends Process>(process: P, options?: SpawnOptions): Ref<P>;
  terminate(pid: PID): void;
}

export function timeInfo(seconds: number): TimeInfo {
  return { nanoseconds: Math.round(seconds * 1e9) };
}
