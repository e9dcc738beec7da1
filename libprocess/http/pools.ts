/**
 * Connections of the HTTP client: a pool for each origin, made at the first request and dropped once none of its
 * connections is left. A client of ten thousand short-lived tasks keeps none of them in mind.
 */
import type { Pool } from 'undici';
import { Failure } from '../failure.ts';
import type { Tls } from '../transport/tls.ts';

/** How long an idle connection is kept for the next request. */
const IDLE_MS = 4_000;

export type Undici = typeof import('undici');

export class Pools {
  readonly #pools = new Map<string, Pool>();

  constructor(private readonly tls: Tls | null) {}

  /** How many origins there are connections to. */
  get size(): number {
    return this.#pools.size;
  }

  of(undici: Undici, origin: string): Pool {
    let pool = this.#pools.get(origin);
    if (pool === undefined) {
      pool = this.#make(undici, origin);
      this.#pools.set(origin, pool);
    }
    return pool;
  }

  /** Aborts what is under way. */
  async close(): Promise<void> {
    const pools = [...this.#pools.values()];
    this.#pools.clear();
    await Promise.all(pools.map(pool => pool.destroy(new Failure('this runtime stops', 'DISCONNECTED'))));
  }

  #make({ Pool }: Undici, origin: string): Pool {
    const pool = new Pool(origin, {
      pipelining: 1,
      connections: null,
      headersTimeout: 0,
      bodyTimeout: 0,
      keepAliveTimeout: IDLE_MS,
      // As in the original nobody's certificate is verified, unless the environment says so.
      ...(origin.startsWith('https:') ? { connect: this.tls?.connect ?? { rejectUnauthorized: false } } : {}),
    });
    const dropIdle = (): void => this.#dropIdle(origin, pool);
    pool.on('disconnect', dropIdle);
    pool.on('connectionError', dropIdle);
    return pool;
  }

  #dropIdle(origin: string, pool: Pool): void {
    const { connected, size } = pool.stats;
    if (connected > 0 || size > 0 || this.#pools.get(origin) !== pool) return;
    this.#pools.delete(origin);
    pool.close(() => undefined);
  }
}
