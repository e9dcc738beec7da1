/**
 * Erlang beside us: an `erl` that has compiled `erlang/bench.erl`, and runs the job of a line on its standard input.
 *
 *   this process ──"ring 500000"──▶ erl        erl ──"500000", when done──▶ this process
 *
 * For the rows over TCP there are two of them, connected by Erlang's own distribution. They need no epmd: the port is
 * given.
 */
import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { freePort } from './daemon.ts';
import type { Work } from './measure.ts';

const SOURCE = new URL('erlang/bench.erl', import.meta.url).pathname;
/** Room for a million processes. */
const LIMITS = ['+P', '2000000'];

export class Erlang {
  readonly #lines: AsyncIterator<string>;

  private constructor(
    private readonly child: ChildProcessWithoutNullStreams,
    private readonly folder: string,
  ) {
    child.stderr.pipe(process.stderr);
    this.#lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  }

  static isInstalled(): boolean {
    return spawnSync('erlc', ['-help']).error === undefined && spawnSync('erl', ['+V']).error === undefined;
  }

  /** Null where Erlang is not installed. */
  static async start(options: readonly string[] = []): Promise<Erlang | null> {
    if (!Erlang.isInstalled()) return null;
    const folder = await mkdtemp(join(tmpdir(), 'bench-erlang-'));
    const compiled = spawnSync('erlc', ['-o', folder, SOURCE], { encoding: 'utf8' });
    if (compiled.status !== 0) throw new Error(`erlc refused ${SOURCE}: ${compiled.stdout}${compiled.stderr}`);
    const args = [...LIMITS, '-noshell', '-pa', folder, ...options, '-s', 'bench', 'main'];
    const erlang = new Erlang(spawn('erl', args), folder);
    await erlang.#line();
    return erlang;
  }

  /** Runs `job` with `args`, and gives what it answers: microseconds, mostly. */
  async run(job: string, ...args: readonly (string | number)[]): Promise<string> {
    this.child.stdin.write(`${[job, ...args].join(' ')}\n`);
    return this.#line();
  }

  /** `job` as a workload: its last argument is the count. */
  work(job: string, ...args: readonly (string | number)[]): Work {
    return async count => Number(await this.run(job, ...args, count)) / 1_000;
  }

  async stop(): Promise<void> {
    this.child.kill('SIGKILL');
    await rm(this.folder, { recursive: true, force: true });
  }

  async #line(): Promise<string> {
    const { value, done } = await this.#lines.next();
    if (done === true) throw new Error('erl ended');
    return value;
  }
}

/** Two Erlang nodes on loopback, and their jobs. */
export interface ErlangPair {
  readonly oneWay: (window: number) => Work;
  readonly pingPong: Work;
  stop(): Promise<void>;
}

/** Null where Erlang is not installed. @throws Error when the nodes do not connect. */
export async function erlangPair(): Promise<ErlangPair | null> {
  const port = String(await freePort());
  const as = (name: string): string[] =>
    `-name ${name}@127.0.0.1 -setcookie bench -start_epmd false -erl_epmd_port ${port}`.split(' ');
  const far = await Erlang.start(as('far'));
  const near = await Erlang.start([...as('near'), '-dist_listen', 'false']);
  if (far === null || near === null) return null;
  const answer = await near.run('connect', FAR);
  if (answer !== 'true') throw new Error(`the Erlang nodes do not connect: ${answer}`);
  return {
    oneWay: window => near.work('remote_one_way', FAR, window),
    pingPong: near.work('remote_ping_pong', FAR),
    async stop() {
      await near.stop();
      await far.stop();
    },
  };
}

const FAR = 'far@127.0.0.1';
