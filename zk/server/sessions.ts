/**
 * Sessions: who is there, for how long without a word, and who has been silent for too long.
 *
 *            ┌─touch─┐
 *            ▼       │
 *   open ──▶ alive ──┘──bucket passed──▶ expired: the server closes it by a transaction
 *              └──close──▶ gone
 *
 * Expiry goes by buckets of one tick: a session ends between its timeout and one tick later. The password follows from
 * id and secret, so that it need not be kept. After a restart every session has its full timeout again.
 *
 * Source: Apache ZooKeeper SessionTrackerImpl, ExpiryQueue. Theirs takes passwords from a fixed secret; ours does not.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { PASSWORD_BYTES } from '../protocol/connect.ts';
import { CONTAINER_OWNER } from './owners.ts';

export interface Session {
  readonly id: bigint;
  timeoutMs: number;
  /** When it ends unless something is heard of it; the end of a bucket. */
  expiresAt: number;
}

export interface SessionOptions {
  readonly tickTimeMs: number;
  /** By default two ticks. */
  readonly timeoutMinMs?: number | undefined;
  /** By default twenty ticks. */
  readonly timeoutMaxMs?: number | undefined;
  /** The passwords follow from it; it must be the same after a restart. */
  readonly secret: Uint8Array;
  /** The first byte of the ids, 1..254; 0 for a server without a number. */
  readonly serverId?: number | undefined;
  /** When the server started, in milliseconds since the epoch: ids begin with it. */
  readonly startedAt: number;
}

/** The sessions of a server. Times are milliseconds of one clock, which the caller reads. */
export class Sessions {
  readonly #byId = new Map<bigint, Session>();
  /** Sessions by the end of their bucket. */
  readonly #buckets = new Map<number, Set<Session>>();
  readonly #secret: Uint8Array;
  readonly #tickMs: number;
  readonly timeoutMinMs: number;
  readonly timeoutMaxMs: number;
  #nextId: bigint;

  constructor({ tickTimeMs, timeoutMinMs, timeoutMaxMs, secret, serverId = 0, startedAt }: SessionOptions) {
    this.#tickMs = tickTimeMs;
    this.timeoutMinMs = timeoutMinMs ?? 2 * tickTimeMs;
    this.timeoutMaxMs = timeoutMaxMs ?? 20 * tickTimeMs;
    this.#secret = secret;
    this.#nextId = firstId(serverId, startedAt);
  }

  get count(): number {
    return this.#byId.size;
  }

  get all(): Iterable<Session> {
    return this.#byId.values();
  }

  /** The buckets, as `dump` shows them: the sessions that end at each time. */
  get buckets(): ReadonlyMap<number, ReadonlySet<Session>> {
    return this.#buckets;
  }

  get(id: bigint): Session | undefined {
    return this.#byId.get(id);
  }

  /** What a client gets that wishes for `wantedMs`. */
  negotiate(wantedMs: number): number {
    return Math.min(this.timeoutMaxMs, Math.max(this.timeoutMinMs, wantedMs));
  }

  /** An id that no session has or had. */
  newId(): bigint {
    while (this.#byId.has(this.#nextId) || this.#nextId === 0n || this.#nextId === CONTAINER_OWNER) this.#advance();
    const id = this.#nextId;
    this.#advance();
    return id;
  }

  /** Adds a session, or gives a known one another timeout; either has its full timeout from `now` on. */
  open(id: bigint, timeoutMs: number, now: number): Session {
    const session = this.#byId.get(id) ?? { id, timeoutMs, expiresAt: Number.NaN };
    this.#byId.set(id, session);
    session.timeoutMs = timeoutMs;
    this.touch(session, now);
    return session;
  }

  /** Something was heard of `session`. */
  touch(session: Session, now: number): void {
    const expiresAt = (Math.floor((now + session.timeoutMs) / this.#tickMs) + 1) * this.#tickMs;
    if (expiresAt === session.expiresAt) return;
    this.#leaveBucket(session);
    session.expiresAt = expiresAt;
    const bucket = this.#buckets.get(expiresAt) ?? new Set();
    this.#buckets.set(expiresAt, bucket.add(session));
  }

  /** All that are known have their full timeout from `now` on: the server was not there for them. */
  touchAll(now: number): void {
    for (const session of this.#byId.values()) this.touch(session, now);
  }

  close(id: bigint): void {
    const session = this.#byId.get(id);
    if (session === undefined) return;
    this.#leaveBucket(session);
    this.#byId.delete(id);
  }

  /** The sessions that have been silent for too long at `now`, those that ended first in front. They are still there. */
  expired(now: number): Session[] {
    const due = [...this.#buckets.keys()].filter(end => end <= now).sort((left, right) => left - right);
    return due.flatMap(end => [...(this.#buckets.get(end) ?? [])]);
  }

  password(id: bigint): Buffer {
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64BE(id);
    return createHmac('sha256', this.#secret).update(bytes).digest().subarray(0, PASSWORD_BYTES);
  }

  isPassword(id: bigint, password: Uint8Array | null): boolean {
    return password?.length === PASSWORD_BYTES && timingSafeEqual(password, this.password(id));
  }

  #leaveBucket(session: Session): void {
    const bucket = this.#buckets.get(session.expiresAt);
    bucket?.delete(session);
    if (bucket?.size === 0) this.#buckets.delete(session.expiresAt);
  }

  #advance(): void {
    this.#nextId = BigInt.asIntN(64, this.#nextId + 1n);
  }
}

/** Byte 0 the server, then 40 bits of the time, then 16 to count with. */
function firstId(serverId: number, startedAt: number): bigint {
  const time = (BigInt(Math.floor(startedAt)) & 0xff_ffff_ffffn) << 16n;
  return BigInt.asIntN(64, (BigInt(serverId) << 56n) | time);
}
