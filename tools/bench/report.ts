/** The table of a run, and the file it is kept in. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Case, Figure, Machine, Target } from './measure.ts';

const FOLDER = 'bench-results';
const COLUMNS = ['', 'ours', 'limit beside it', 'of it', 'target', ''];

export function table(figures: readonly Figure[], { cpu, cores, memoryMb, node, platform }: Machine): string {
  const lines = [`${cpu}, ${cores} cores, ${Math.round(memoryMb / 1024)} GB, ${platform}, Node ${node}`];
  for (const group of new Set(figures.map(figure => figure.group))) {
    const rows = figures.filter(figure => figure.group === group).map(row);
    lines.push('', group, aligned([COLUMNS, ...rows]));
  }
  return lines.join('\n');
}

/** @returns the path. */
export async function save(figures: readonly Figure[], on: Machine, at: Date): Promise<string> {
  await mkdir(FOLDER, { recursive: true });
  const path = join(FOLDER, `${at.toISOString().replace(/[:.]/g, '-')}.json`);
  await writeFile(path, `${JSON.stringify({ at: at.toISOString(), machine: on, figures }, null, 2)}\n`);
  return path;
}

function row({ name, ours, unit, limit, limitName, target, reached }: Figure): string[] {
  return [
    `  ${name}`,
    say(ours, unit),
    limit === null ? '' : `${say(limit, unit)} ${limitName}`,
    limit === null ? '' : `${((100 * ours) / limit).toFixed(0)} %`,
    sayTarget(target, unit),
    reached ? 'reached' : 'MISSED',
  ];
}

function sayTarget({ value, ofLimit }: Target, unit: Case['unit']): string {
  const sign = unit === '/s' ? '≥' : '≤';
  const parts = [value === undefined ? null : say(value, unit), ofLimit === undefined ? null : `${ofLimit} × limit`];
  return parts
    .filter(part => part !== null)
    .map(part => `${sign} ${part}`)
    .join(', ');
}

function say(value: number, unit: Case['unit']): string {
  if (unit !== '/s') return `${value < 10 ? value.toFixed(1) : value.toFixed(0)} ${unit}`;
  if (value >= 1e6) return `${(value / 1e6).toFixed(2)} M/s`;
  return value >= 1e4 ? `${(value / 1e3).toFixed(0)} k/s` : `${value.toFixed(value < 100 ? 1 : 0)} /s`;
}

function aligned(rows: readonly (readonly string[])[]): string {
  const widths = COLUMNS.map((_, column) => Math.max(...rows.map(cells => cells[column]?.length ?? 0)));
  return rows
    .map(cells =>
      cells
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
