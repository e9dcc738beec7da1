/**
 * How a figure is taken: ours, the limit and Erlang by turns, so that what else the machine does hits all alike, then
 * the medians.
 *
 *   warm-up │ ours  limit  erlang │ ours  limit  erlang │ …        each bar a pair; ratios are taken within it
 */
import { cpus, loadavg, totalmem } from 'node:os';

/** What one run of a workload comes to, in the case's unit. */
export type Run = () => Promise<number>;

/** Does something `count` times. @returns a promise or not; of how many milliseconds count, where not all of them do. */
export type Work = (count: number) => unknown;

export type Unit = '/s' | 'ms' | 'MB' | 'B';

/** One row. */
export interface Case {
  readonly group: string;
  readonly name: string;
  /** `/s` counts things per second: more is better. Of `ms`, `MB` and `B` less is. */
  readonly unit: Unit;
  readonly ours: Run;
  /** The same work in plain JavaScript, and what that is. */
  readonly limit?: { readonly name: string; readonly run: Run } | undefined;
  /** The same work in Erlang; absent where it is not installed, or has no like. */
  readonly erlang?: Run | undefined;
  readonly target: Target;
  /** What C++ libprocess reached on a two-core machine, for comparison; it is not run here. */
  readonly original?: string | undefined;
  /** What a reader must know to judge the row. */
  readonly note?: string | undefined;
  /** How many pairs, where the effort's number would take too long. */
  readonly runs?: number | undefined;
}

/** A figure to reach, a part of the limit or of Erlang's figure to reach, or several of these. */
export interface Target {
  readonly value?: number | undefined;
  readonly ofLimit?: number | undefined;
  readonly ofErlang?: number | undefined;
}

/** Ours over theirs: the median over the pairs, and the quartiles. */
export interface Ratio {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

export interface Figure extends Pick<Case, 'group' | 'name' | 'unit' | 'target' | 'original' | 'note'> {
  readonly ours: number;
  readonly limit: number | null;
  readonly limitName: string | null;
  readonly ofLimit: Ratio | null;
  readonly erlang: number | null;
  readonly ofErlang: Ratio | null;
  readonly reached: boolean;
  readonly pairs: number;
  readonly samples: {
    readonly ours: readonly number[];
    readonly limit: readonly number[];
    readonly erlang: readonly number[];
  };
}

export interface Effort {
  readonly full: boolean;
  /** How many pairs of runs make a median. */
  readonly pairs: number;
  /** How long one run of a paced workload takes. */
  readonly runMs: number;
}

export const QUICK: Effort = { full: false, pairs: 5, runMs: 60 };
export const FULL: Effort = { full: true, pairs: 31, runMs: 150 };

export async function measure(each: Case, effort: Effort): Promise<Figure> {
  const sides = [each.ours, each.limit?.run, each.erlang].map(run => ({ run, samples: [] as number[] }));
  const pairs = each.runs ?? effort.pairs;
  if (pairs > 1) for (const { run } of sides) await run?.(); // Once for the compiler, and to find the pace.
  for (let pair = 0; pair < pairs; pair++) {
    for (const { run, samples } of sides) if (run !== undefined) samples.push(await run());
  }
  const [ours = [], limit = [], erlang = []] = sides.map(({ samples }) => samples);
  return figure(each, { ours, limit, erlang });
}

function figure({ group, name, unit, limit, target, original, note }: Case, samples: Figure['samples']): Figure {
  const ours = median(samples.ours);
  const [ofLimit, ofErlang] = [ratio(samples.ours, samples.limit), ratio(samples.ours, samples.erlang)];
  const good = (reached: number | undefined, goal: number | undefined): boolean =>
    goal === undefined || reached === undefined || (unit === '/s' ? reached >= goal : reached <= goal);
  return {
    group,
    name,
    unit,
    target,
    original,
    note,
    ours,
    limit: ofLimit === null ? null : median(samples.limit),
    limitName: limit?.name ?? null,
    ofLimit,
    erlang: ofErlang === null ? null : median(samples.erlang),
    ofErlang,
    reached:
      good(ours, target.value) && good(ofLimit?.median, target.ofLimit) && good(ofErlang?.median, target.ofErlang),
    pairs: samples.ours.length,
    samples,
  };
}

function ratio(ours: readonly number[], theirs: readonly number[]): Ratio | null {
  if (theirs.length === 0) return null;
  const ratios = ours.map((value, pair) => value / (theirs[pair] ?? Number.NaN));
  return { median: median(ratios), low: percentile(ratios, 0.25), high: percentile(ratios, 0.75) };
}

export function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}

/** @param part - 0.95 for the value that 95 in 100 do not exceed. */
export function percentile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(part * sorted.length) - 1)] ?? Number.NaN;
}

/** Things per second when `work` does `count` of them. */
export async function rate(count: number, work: () => unknown): Promise<number> {
  return (count / (await msOf(work))) * 1_000;
}

async function msOf(work: () => unknown): Promise<number> {
  const started = performance.now();
  const ms = await work();
  return typeof ms === 'number' ? ms : performance.now() - started;
}

/** Counts of paced workloads are multiples of this, so that whole windows and rings fit in. */
const STEP = 1_000;

/** Runs of about `runMs`: the first one finds out how much of `work` that is. */
export function paced(work: Work, { runMs }: Effort, step: number = STEP): Run {
  let count = 0;
  return async () => {
    if (count === 0) count = await countFor(work, runMs, step);
    return rate(count, () => work(count));
  };
}

/** Grows the count until it takes long enough; setting up, and code that is not compiled yet, do not deceive it. */
async function countFor(work: Work, runMs: number, step: number): Promise<number> {
  for (let count = step; ; ) {
    const ms = Math.min(await msOf(() => work(count)), await msOf(() => work(count)));
    if (ms >= 0.7 * runMs) return count;
    const growth = Math.min(8, Math.max(1.5, runMs / ms));
    count = Math.ceil((count * growth) / step) * step;
  }
}

/** Runs that do `work` exactly `count` times. */
export function counted(work: Work, count: number): Run {
  return () => rate(count, () => work(count));
}

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryMb: number;
  readonly node: string;
  readonly platform: string;
  /** How many threads wanted to run during the minute before: figures of a busy machine say little. */
  readonly load: number;
}

/** As it is now, before the first run. */
export function machine(): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryMb: Math.round(totalmem() / 1024 / 1024),
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    load: loadavg()[0] ?? 0,
  };
}
