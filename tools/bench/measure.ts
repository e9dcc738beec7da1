/**
 * How a figure is taken: ours and the limit by turns, so that what else the machine does hits both, then the medians.
 */
import { cpus, totalmem } from 'node:os';

/** What one run of a workload comes to, in the case's unit. */
export type Run = () => Promise<number>;

export interface Case {
  readonly group: string;
  readonly name: string;
  /** `/s` counts things per second: more is better. Of `ms`, `MB` and `B` less is. */
  readonly unit: '/s' | 'ms' | 'MB' | 'B';
  readonly ours: Run;
  /** The same work in plain JavaScript, and what that is. */
  readonly limit?: { readonly name: string; readonly run: Run } | undefined;
  /** As in anchors.md. */
  readonly target: Target;
  readonly runs?: number | undefined;
}

/** A figure to reach, a part of the limit to reach, or both. */
export interface Target {
  readonly value?: number | undefined;
  readonly ofLimit?: number | undefined;
}

export interface Figure {
  readonly group: string;
  readonly name: string;
  readonly unit: Case['unit'];
  readonly ours: number;
  readonly limit: number | null;
  readonly limitName: string | null;
  readonly target: Target;
  readonly reached: boolean;
  readonly samples: { readonly ours: readonly number[]; readonly limit: readonly number[] };
}

export interface Effort {
  readonly full: boolean;
  /** How many pairs of runs make a median. */
  readonly pairs: number;
}

export async function measure(each: Case, effort: Effort): Promise<Figure> {
  const ours: number[] = [];
  const limits: number[] = [];
  const pairs = each.runs ?? effort.pairs;
  if (pairs > 1) await each.ours(); // Once for the compiler.
  for (let pair = 0; pair < pairs; pair++) {
    ours.push(await each.ours());
    if (each.limit !== undefined) limits.push(await each.limit.run());
  }
  return figure(each, ours, limits);
}

function figure({ group, name, unit, limit, target }: Case, ours: number[], limits: number[]): Figure {
  const [mine, theirs] = [median(ours), limits.length === 0 ? null : median(limits)];
  const good = (goal: number): boolean => (unit === '/s' ? mine >= goal : mine <= goal);
  const reached =
    (target.value === undefined || good(target.value)) &&
    (target.ofLimit === undefined || theirs === null || good(target.ofLimit * theirs));
  const samples = { ours, limit: limits };
  return { group, name, unit, ours: mine, limit: theirs, limitName: limit?.name ?? null, target, reached, samples };
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
export async function rate(count: number, work: () => Promise<void> | void): Promise<number> {
  const started = performance.now();
  await work();
  return (count / (performance.now() - started)) * 1_000;
}

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryMb: number;
  readonly node: string;
  readonly platform: string;
}

export function machine(): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryMb: Math.round(totalmem() / 1024 / 1024),
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
  };
}
