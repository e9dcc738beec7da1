/**
 * Metrics in the text format that Prometheus scrapes. Pure.
 *
 *   master/tasks_running           ▶  # TYPE master_tasks_running gauge
 *                                     master_tasks_running 3
 *   allocator/run_ms, with window  ▶  allocator_run_ms_window{quantile="0.5"} 1.5    and _window_count
 *
 * Quantiles are gauges, not a summary: they and their count are of a moving window, and a summary's count never falls.
 * The format takes a page of our own; prom-client would bring a second registry with a clock of its own.
 *
 * Source: Prometheus' text exposition format, version 0.0.4.
 */
import { Counter } from './metric.ts';
import type { Reading } from './metrics.ts';
import type { Statistics } from './statistics.ts';

/** The content type of what `printPrometheus` prints. */
export const PROMETHEUS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

const QUANTILES = [
  ['0', 'min'],
  ['0.5', 'p50'],
  ['0.9', 'p90'],
  ['0.95', 'p95'],
  ['0.99', 'p99'],
  ['0.999', 'p999'],
  ['0.9999', 'p9999'],
  ['1', 'max'],
] as const;

interface Family {
  readonly type: 'counter' | 'gauge';
  readonly samples: string[];
}

/** The page for `readings`. */
export function printPrometheus(readings: readonly Reading[]): string {
  const families = new Map<string, Family>();
  for (const reading of readings) addReading(families, reading);
  const pages = [...families].map(([name, { type, samples }]) => `# TYPE ${name} ${type}\n${samples.join('')}`);
  return pages.join('');
}

function addReading(families: Map<string, Family>, { metric, value, statistics }: Reading): void {
  const name = nameOf(metric.name);
  // Two metrics whose names differ only in what Prometheus does not allow share a family, and are told apart in it.
  const label = families.has(name) || families.has(`${name}_window`) ? [`name="${quoted(metric.name)}"`] : [];
  const type = metric instanceof Counter ? 'counter' : 'gauge';
  if (value !== null) add(families, name, type, label, value);
  if (statistics !== null) addWindow(families, `${name}_window`, label, statistics);
}

function addWindow(families: Map<string, Family>, name: string, label: string[], statistics: Statistics): void {
  for (const [quantile, what] of QUANTILES) {
    add(families, name, 'gauge', [...label, `quantile="${quantile}"`], statistics[what]);
  }
  add(families, `${name}_count`, 'gauge', label, statistics.count);
}

function add(families: Map<string, Family>, name: string, type: Family['type'], labels: string[], value: number): void {
  let family = families.get(name);
  if (family === undefined) {
    family = { type, samples: [] };
    families.set(name, family);
  }
  family.samples.push(`${name}${labels.length === 0 ? '' : `{${labels.join(',')}}`} ${value}\n`);
}

function nameOf(name: string): string {
  return name.replace(/^(?=\d)|[^a-zA-Z0-9_:]/g, '_');
}

function quoted(text: string): string {
  return text.replace(/[\\"]/g, '\\$&').replace(/\n/g, '\\n');
}
