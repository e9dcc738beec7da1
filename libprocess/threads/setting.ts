/** What a thread is given to begin with, in `workerData`. */
import type { MessagePort } from 'node:worker_threads';

export interface Setting {
  /** Says that the rest is what it looks like. */
  readonly libprocess: 1;
  readonly name: string;
  readonly ip: string;
  readonly port: number;
  /** As the main thread's runtime has it. */
  readonly delegate: string | null;
  readonly frames: MessagePort;
  /** For ids that somebody must grant; the answer is GRANTED or REFUSED in `granted[0]`. */
  readonly claims: MessagePort;
  readonly granted: Int32Array;
  readonly data: unknown;
}

export const WAITING = 0;
export const GRANTED = 1;
export const REFUSED = 2;

/** The id, and how many actors its thread had spawned before. */
export type Claim = readonly [id: string, count: number];
