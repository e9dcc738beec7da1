/**
 * What it costs to cross threads, and when it pays.
 *
 *   messages and questions    within one thread; to another; from one thread by the main thread to another
 *                             limit: objects by postMessage, the same window, on a channel of the two
 *   jobs of 10 µs … 10 ms     in a pool, 32 at a time         limit: one after another in this thread
 */
import { type PID, type Pool, type Ref, Runtime, startThread, threadPool } from '../../libprocess/index.ts';
import { type Case, type Effort, type Figure, measure, paced, type Work } from './measure.ts';
import { Sink, Source } from './threads-actors.ts';
import { spin } from './threads-jobs.ts';
import { RawThreads } from './threads-raw.ts';

const GROUP = 'threads of one runtime';
const JOBS = 'CPU-heavy jobs';
const SIZES: readonly (readonly [string, string])[] = [
  ['100 B', 'x'.repeat(100)],
  ['10 kB', 'x'.repeat(10_000)],
];
const OUTSTANDING = 32;

type Run = (work: Work, step?: number) => Case['ours'];

export async function threadFigures(effort: Effort, tell: (line: string) => void): Promise<Figure[]> {
  const runtime = Runtime.local();
  const file = new URL('./threads-worker.ts', import.meta.url);
  await startThread(file, { name: 'one', data: 'sink-two' }, runtime);
  await startThread(file, { name: 'two', data: 'sink-one' }, runtime);
  const raw = new RawThreads();
  const pool = threadPool<typeof import('./threads-jobs.ts')>(new URL('./threads-jobs.ts', import.meta.url));
  const run: Run = (work, step) => paced(work, effort, step);
  const figures: Figure[] = [];
  const sources = sourcesOf(runtime);
  const cases = [...messageCases(sources, raw, run), ...questionCases(sources, raw, run), ...jobCases(pool, run)];
  for (const each of cases) {
    tell(each.name);
    figures.push(await measure(each, effort));
  }
  await pool.close();
  await raw.end();
  await runtime.stop();
  return figures;
}

interface Sources {
  readonly here: Ref<Source>;
  readonly there: Ref<Source>;
  /** In another thread. */
  readonly far: PID;
}

function sourcesOf(runtime: Runtime): Sources {
  runtime.spawn(new Sink('sink'));
  const source = (id: string, sink: string): Ref<Source> => runtime.spawn(new Source(id, runtime.address.pid(sink)));
  return {
    here: source('source-here', 'sink'),
    there: source('source-there', 'sink-one'),
    far: runtime.address.pid('source-one'),
  };
}

function messageCases({ here, there, far }: Sources, raw: RawThreads, run: Run): Case[] {
  return SIZES.flatMap(([size, payload]): Case[] => [
    {
      ...ROW,
      name: `message of ${size}, within the thread`,
      ours: run(count => here.run(count, payload)),
    },
    {
      ...ROW,
      name: `message of ${size}, to another thread`,
      ours: run(count => there.run(count, payload)),
      limit: { name: 'postMessage', run: run(count => raw.send(count, payload)) },
    },
    {
      ...ROW,
      name: `message of ${size}, from one thread to another, by the main thread`,
      ours: run(count => here.order(far, count, payload)),
      limit: { name: 'postMessage, direct', run: run(count => raw.sendBetween(count, payload)) },
    },
  ]);
}

const ROW = { group: GROUP, unit: '/s', target: {} } as const;

function questionCases({ here, there }: Sources, raw: RawThreads, run: Run): Case[] {
  return [1, 1_000].flatMap((outstanding): Case[] => {
    const how = outstanding === 1 ? 'one at a time' : '1,000 outstanding';
    const step = Math.max(outstanding, 100);
    return [
      {
        ...ROW,
        name: `question and answer, within the thread, ${how}`,
        ours: run(count => here.question(count, outstanding), step),
      },
      {
        ...ROW,
        name: `question and answer, with another thread, ${how}`,
        ours: run(count => there.question(count, outstanding), step),
        limit: { name: 'postMessage', run: run(count => raw.throw(count, outstanding), step) },
      },
    ];
  });
}

function jobCases(pool: Pool<typeof import('./threads-jobs.ts')>, run: Run): Case[] {
  return [10, 100, 1_000, 10_000].map(us => ({
    group: JOBS,
    unit: '/s',
    name: `of ${us < 1_000 ? `${us} µs` : `${us / 1_000} ms`}, ${OUTSTANDING} at a time`,
    ours: run(count => runJobs(pool, us, count), OUTSTANDING),
    limit: { name: 'in this thread', run: run(count => runHere(us, count), OUTSTANDING) },
    target: {},
  }));
}

async function runJobs(pool: Pool<typeof import('./threads-jobs.ts')>, us: number, count: number): Promise<void> {
  const one = async (): Promise<void> => {
    for (let n = 0; n < count / OUTSTANDING; n++) await pool.run('spin', { us });
  };
  await Promise.all(Array.from({ length: OUTSTANDING }, one));
}

function runHere(us: number, count: number): void {
  for (let n = 0; n < count; n++) spin({ us });
}
