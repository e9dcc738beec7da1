/**
 * A run's figures as a table for the terminal, as a table of Markdown for a page, and as the JSON they are kept in.
 *
 * Both tables have the same rows and columns.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Figure, Machine, Ratio, Target, Unit } from './measure.ts';

const FOLDER = 'bench-results';
const COLUMNS = [
  '',
  'here',
  'limit beside it',
  '× limit',
  'Erlang beside it',
  '× Erlang',
  'C++ libprocess',
  'target',
  '',
];

/** For a terminal. */
export function table(figures: readonly Figure[], on: Machine): string {
  const lines = [describe(on)];
  for (const group of groupsOf(figures)) {
    lines.push('', group, aligned([COLUMNS, ...rowsOf(figures, group)], '  '));
    lines.push(...notesOf(figures, group).map(note => `  ${note}`));
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

/**
 * Puts the tables of `group` in the page at `path`, between `<!-- bench: group -->` and `<!-- /bench -->`.
 *
 * @throws Error when the page has no such place.
 */
export async function writeInto(path: string, group: string, figures: readonly Figure[], on: Machine): Promise<void> {
  const page = await readFile(path, 'utf8');
  const [opening, closing] = [`<!-- bench: ${group} -->\n`, '<!-- /bench -->'];
  const start = page.indexOf(opening) + opening.length;
  const end = page.indexOf(closing, start);
  if (start < opening.length || end < 0) throw new Error(`${path} has no place for the table of ${group}`);
  await writeFile(path, `${page.slice(0, start)}\n${markdown(figures, on)}\n\n${page.slice(end)}`);
}

function markdown(figures: readonly Figure[], on: Machine): string {
  const pairs = Math.max(...figures.map(figure => figure.pairs));
  const parts = [`Medians of ${pairs} pairs on ${describe(on)}. In brackets: the middle half of the ratios.`];
  for (const group of groupsOf(figures)) {
    const [head = [], ...rows] = [COLUMNS, ...rowsOf(figures, group)];
    const rule = head.map(() => '---');
    parts.push([[group, ...head.slice(1)], rule, ...rows].map(cells => `| ${cells.join(' | ')} |`).join('\n'));
    const notes = notesOf(figures, group);
    if (notes.length > 0) parts.push(notes.map(note => `- ${note}`).join('\n'));
  }
  return parts.join('\n\n');
}

function describe({ cpu, cores, memoryMb, node, platform, load }: Machine): string {
  const size = `${cores} cores, ${Math.round(memoryMb / 1024)} GB`;
  return `${cpu}, ${size}, ${platform}, Node ${node}, load before it ${load.toFixed(1)}`;
}

function groupsOf(figures: readonly Figure[]): string[] {
  return [...new Set(figures.map(figure => figure.group))];
}

/** The cells of the group's rows. */
function rowsOf(figures: readonly Figure[], group: string): string[][] {
  return figures
    .filter(figure => figure.group === group)
    .map(figure => {
      const { name, ours, unit, limit, limitName, ofLimit, erlang, ofErlang, original, target, reached } = figure;
      return [
        name,
        say(ours, unit),
        limit === null ? '' : `${say(limit, unit)} ${limitName}`,
        sayRatio(ofLimit),
        erlang === null ? '' : say(erlang, unit),
        sayRatio(ofErlang),
        original ?? '',
        sayTarget(target, unit),
        reached ? 'reached' : 'MISSED',
      ];
    });
}

/** What must be known to judge rows, each with the rows that it is about. */
function notesOf(figures: readonly Figure[], group: string): string[] {
  const rows = figures.filter(figure => figure.group === group);
  const notes = new Set(rows.flatMap(({ note }) => note ?? []));
  return [...notes].map(note => {
    const names = rows.filter(row => row.note === note).map(({ name }) => name);
    return `${names.join('; ')}: ${note}.`;
  });
}

function sayRatio(ratio: Ratio | null): string {
  if (ratio === null) return '';
  const [median, low, high] = [ratio.median, ratio.low, ratio.high].map(value => value.toFixed(2));
  return low === high ? `${median}` : `${median} (${low}–${high})`;
}

function sayTarget({ value, ofLimit, ofErlang }: Target, unit: Unit): string {
  const sign = unit === '/s' ? '≥' : '≤';
  const parts = [
    value === undefined ? [] : [say(value, unit)],
    ofLimit === undefined ? [] : [`${ofLimit} × limit`],
    ofErlang === undefined ? [] : [`${ofErlang} × Erlang`],
  ];
  return parts
    .flat()
    .map(part => `${sign} ${part}`)
    .join(', ');
}

export function say(value: number, unit: Unit): string {
  if (unit !== '/s') return `${value < 10 ? value.toFixed(1) : value.toFixed(0)} ${unit}`;
  if (value >= 1e6) return `${(value / 1e6).toFixed(2)} M/s`;
  return value >= 1e4 ? `${(value / 1e3).toFixed(0)} k/s` : `${value.toFixed(value < 100 ? 1 : 0)} /s`;
}

function aligned(rows: readonly (readonly string[])[], indent: string): string {
  const used = COLUMNS.map((_, column) => rows.slice(1).some(cells => cells[column] !== ''));
  const widths = COLUMNS.map((_, column) => Math.max(...rows.map(cells => cells[column]?.length ?? 0)));
  return rows
    .map(cells => {
      const padded = cells.map((cell, column) => cell.padEnd(widths[column] ?? 0));
      return `${indent}${padded.filter((_, column) => used[column]).join('  ')}`.trimEnd();
    })
    .join('\n');
}
