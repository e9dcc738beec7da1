/**
 * What tracing costs: off, beside a copy of the library without its checks; on, beside off, within a runtime and between
 * two OS processes.
 *
 *   sources ──esbuild──▶ worker as it is           ─┐
 *           ──cut──────▶ worker without the checks ─┴─ runs by turns
 *
 * Rates are by processor time: of two processes that of the busier one, which is the one that the other waits for.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';
import { type Case, type Effort, type Figure, measure } from './measure.ts';
import type { Question } from './trace-worker.ts';

const GROUP = 'tracing';
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** Of each kind, for what is measured within a runtime; and bursts in a run. */
const WORKERS = 6;
const WARM_UP = 1_000_000;
/** Messages: whole windows. */
const LOCAL_BURST = 200_000;
const TCP_BURST = 30_000;
const NOTE = 'by processor time, that of the busier process where there are two';

export async function traceFigures(effort: Effort, tell: (line: string) => void): Promise<Figure[]> {
  const folder = await mkdtemp(join(ROOT, 'node_modules/.trace-bench-'));
  const workers: Worker[] = [];
  const start = async (cut: boolean): Promise<Worker> => {
    const worker = await Worker.start(await bundle(folder, cut));
    workers.push(worker);
    return worker;
  };
  const several = async (cut: boolean, on: boolean): Promise<Worker[]> => {
    const started: Worker[] = [];
    for (let n = 0; n < WORKERS; n++) started.push(await start(cut));
    for (const worker of started) {
      await worker.ask({ do: 'trace', on });
      await worker.ask({ do: 'local', count: WARM_UP });
    }
    return started;
  };
  try {
    // Those that are never traced are apart: a runtime that was traced once is compiled for both.
    const [whole, cut, traced] = [await several(false, false), await several(true, false), await several(false, true)];
    const [sender, receiver] = [await start(false), await start(false)];
    const figures: Figure[] = [];
    for (const each of await casesOf({ whole, cut, traced, sender, receiver })) {
      tell(each.name);
      figures.push(await measure(each, effort));
    }
    return figures;
  } finally {
    for (const worker of workers) worker.stop();
    await rm(folder, { recursive: true });
  }
}

interface Workers {
  readonly whole: readonly Worker[];
  readonly cut: readonly Worker[];
  readonly traced: readonly Worker[];
  readonly sender: Worker;
  readonly receiver: Worker;
}

async function casesOf({ whole, cut, traced, sender, receiver }: Workers): Promise<Case[]> {
  const to = String(await receiver.ask({ do: 'sink' }));
  const common = { group: GROUP, unit: '/s', note: NOTE } as const;
  return [
    {
      ...common,
      name: 'off, messages within a runtime',
      ...duel('without the checks', LOCAL_BURST, localWork(whole, false), localWork(cut, false)),
      target: { ofLimit: 0.97 },
    },
    {
      ...common,
      name: 'on, messages of 100 B over TCP',
      ...duel('off', TCP_BURST, tcpWork(sender, receiver, to, true), tcpWork(sender, receiver, to, false)),
      target: { ofLimit: 0.65 },
    },
    {
      ...common,
      name: 'on, messages within a runtime',
      ...duel('off', LOCAL_BURST, localWork(traced, true), localWork(whole, false)),
      target: {},
    },
  ];
}

/** So many messages cost so much processor time. */
type Burst = (count: number, round: number) => Promise<number>;

/** A pair of runs of short bursts by turns: what disturbs the machine for longer than a burst disturbs both alike. */
function duel(name: string, count: number, ours: Burst, theirs: Burst): Pick<Case, 'ours' | 'limit'> {
  let last = Number.NaN;
  const rateOf = (cpuMs: number): number => ((count * WORKERS) / cpuMs) * 1_000;
  const run = async (): Promise<number> => {
    let [mine, other] = [0, 0];
    for (let round = 0; round < WORKERS; round++) {
      if (round % 2 === 0) mine += await ours(count, round);
      other += await theirs(count, round);
      if (round % 2 === 1) mine += await ours(count, round);
    }
    last = rateOf(other);
    return rateOf(mine);
  };
  return { ours: run, limit: { name, run: async () => last } };
}

/** Each burst in the next worker: one is compiled a few percent better than another by chance alone. */
function localWork(workers: readonly Worker[], on: boolean): Burst {
  return async (count, round) => {
    const worker = workers[round % workers.length] as Worker;
    await worker.ask({ do: 'trace', on });
    return Number(await worker.ask({ do: 'local', count }));
  };
}

function tcpWork(sender: Worker, receiver: Worker, to: string, on: boolean): Burst {
  return async count => {
    for (const worker of [sender, receiver]) await worker.ask({ do: 'trace', on });
    const before = Number(await receiver.ask({ do: 'cpu' }));
    const sent = Number(await sender.ask({ do: 'stream', to, count }));
    return Math.max(sent, Number(await receiver.ask({ do: 'cpu' })) - before);
  };
}

class Worker {
  #answered: (value: number | string) => void = () => undefined;

  private constructor(private readonly child: ChildProcess) {
    child.on('message', (value: number | string) => this.#answered(value));
    child.on('exit', status => {
      if (!child.killed) throw new Error(`a worker ended with status ${status}`);
    });
  }

  /** @returns once it listens. */
  static async start(program: string): Promise<Worker> {
    const worker = new Worker(fork(program, { execArgv: [] }));
    await worker.#answer();
    return worker;
  }

  ask(question: Question): Promise<number | string> {
    this.child.send(question);
    return this.#answer();
  }

  stop(): void {
    this.child.kill();
  }

  #answer(): Promise<number | string> {
    return new Promise(resolve => {
      this.#answered = resolve;
    });
  }
}

/** @returns the path of the worker, in one file. */
async function bundle(folder: string, cut: boolean): Promise<string> {
  const outfile = join(folder, cut ? 'cut.mjs' : 'whole.mjs');
  const removed = new Map<string, number>();
  await build({
    absWorkingDir: ROOT,
    entryPoints: ['tools/bench/trace-worker.ts'],
    outfile,
    bundle: true,
    packages: 'external',
    format: 'esm',
    platform: 'node',
    target: 'node20',
    logLevel: 'warning',
    plugins: cut ? [cutter(removed)] : [],
  });
  const missing = cut ? CUT_FROM.find(name => (removed.get(name) ?? 0) === 0) : undefined;
  if (missing !== undefined) throw new Error(`there is no check to cut from libprocess/${missing}`);
  return outfile;
}

/** Where a message within a runtime meets tracing. */
const CUT_FROM = ['runtime.ts', 'serving.ts', 'drain.ts'];
const CHECKS = /\b(?:this|runtime|mailbox\.runtime)\.tracer (!==|===) null|\bcauseNow\(\)(?! *[:{])/g;

/** Leaves out what looks whether anybody traces, and what remembers the causes of messages. */
function cutter(removed: Map<string, number>): Plugin {
  return {
    name: 'cut',
    setup({ onLoad }) {
      onLoad({ filter: /\/libprocess\/(runtime|serving|drain|process)\.ts$/ }, async ({ path }) => {
        let count = 0;
        const contents = (await readFile(path, 'utf8')).replaceAll(CHECKS, (_text, sign?: string) => {
          count += 1;
          return sign === undefined ? '0' : String(sign === '===');
        });
        removed.set(path.slice(path.lastIndexOf('/') + 1), count);
        return { contents, loader: 'ts' };
      });
    },
  };
}
