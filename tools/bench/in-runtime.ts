/** What the workloads of one runtime share. */
import { logger, Runtime } from '../../libprocess/index.ts';
import type { Case, Effort, Run, Work } from './measure.ts';
import { paced } from './measure.ts';

/** A row whose group is yet to be named. */
export type Row = Omit<Case, 'group'>;

/** How many messages or actors are under way at once, and how many actors make a ring. */
export const WINDOW = 1_000;

/** A burst of a million is more than a mailbox should hold; nobody needs to read so here. */
const SILENT = logger(() => undefined);

/** Runs `work` in a runtime without a network, made for it. @returns what `work` does. */
export async function inRuntime<T>(work: (runtime: Runtime) => PromiseLike<T>): Promise<T> {
  const runtime = Runtime.local({ log: SILENT });
  const result = await work(runtime);
  await runtime.stop();
  return result;
}

/** How many milliseconds it takes until `done`, once `start` was called: what was set up before is not counted. */
export async function msUntil(done: PromiseLike<unknown>, start: () => void): Promise<number> {
  const started = performance.now();
  start();
  await done;
  return performance.now() - started;
}

interface Peers {
  readonly ours: Work;
  readonly plain: Work;
  /** What the plain one is, in a few words. */
  readonly plainName: string;
  readonly erlang?: Work | undefined;
}

/** The three sides of a row that counts things per second. */
export function sides(
  { ours, plain, plainName, erlang }: Peers,
  effort: Effort,
  step?: number,
): Pick<Row, 'unit' | 'ours' | 'limit' | 'erlang'> {
  const run = (work: Work): Run => paced(work, effort, step);
  return {
    unit: '/s',
    ours: run(ours),
    limit: { name: plainName, run: run(plain) },
    erlang: erlang === undefined ? undefined : run(erlang),
  };
}
