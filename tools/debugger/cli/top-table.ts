/**
 * The table of `mesos-debug top`: who is busy. Rates are taken between two reports on an actor. Pure.
 */
import type { ActorReport, LoopReport } from '../../../libprocess/trace.ts';
import { type Paint, PLAIN } from './paint.ts';

export type SortKey = 'rate' | 'mailbox' | 'busy' | 'name';

/** What a node has told, with the clock of who listened. */
export interface NodeReport {
  readonly atMs: number;
  readonly actors: readonly ActorReport[];
  readonly loop: LoopReport;
}

export interface NodeReports {
  readonly node: string;
  readonly title: string;
  readonly before: NodeReport | null;
  readonly now: NodeReport;
}

export interface TopOptions {
  readonly sort: SortKey;
  readonly rowsMax: number;
  readonly paint?: Paint | undefined;
}

export interface TopRow {
  readonly node: string;
  readonly id: string;
  readonly type: string;
  readonly paused: boolean;
  /** Turns a second; null until there are two reports of a traced actor. */
  readonly rate: number | null;
  readonly mailbox: number;
  /** The share of time it was served; null as `rate`, or where times are not taken at each turn. */
  readonly busy: number | null;
  readonly slowest: string;
}

/** All actors of all nodes, the first one first. */
export function topRows(reports: readonly NodeReports[], sort: SortKey): TopRow[] {
  const rows = reports.flatMap(({ node, before, now }) => {
    const old = new Map(before?.actors.map(actor => [actor.id, actor]));
    const seconds = before === null ? 0 : (now.atMs - before.atMs) / 1_000;
    return now.actors.map(actor => rowOf(node, actor, old.get(actor.id), seconds));
  });
  return rows.sort((a, b) => compare(a, b, sort) || b.mailbox - a.mailbox || (a.id < b.id ? -1 : 1));
}

/** The whole picture: a line for each node, and its actors in a table. */
export function topText(reports: readonly NodeReports[], { sort, rowsMax, paint = PLAIN }: TopOptions): string {
  const rows = topRows(reports, sort);
  const many = reports.length > 1;
  const titles = ['ACTOR', 'RATE/S', 'MAILBOX', 'BUSY', 'TYPE', 'SLOWEST HANDLER', ...(many ? ['NODE'] : [])];
  const cells = rows
    .slice(0, rowsMax)
    .map(row => [
      row.paused ? `${row.id} (paused)` : row.id,
      row.rate === null ? '-' : printRate(row.rate),
      String(row.mailbox),
      row.busy === null ? '-' : `${(row.busy * 100).toFixed(1)} %`,
      row.type,
      row.slowest,
      ...(many ? [row.node] : []),
    ]);
  const [head = '', ...body] = aligned([titles, ...cells]);
  const hidden = rows.length - cells.length;
  return [
    ...reports.map(report => nodeLine(report, paint)),
    '',
    paint.bold(head),
    ...body.map((line, index) => (rows[index]?.paused === true ? paint.yellow(line) : line)),
    ...(hidden > 0 ? [paint.dim(`… and ${hidden} more`)] : []),
  ].join('\n');
}

function rowOf(node: string, actor: ActorReport, old: ActorReport | undefined, seconds: number): TopRow {
  const { id, type, mailbox, paused, turns, busy, slowest } = actor;
  const isCounted = turns !== null && old?.turns != null && seconds > 0 && turns >= old.turns;
  const [worst] = [...slowest].sort((a, b) => b.slowest - a.slowest || b.turns - a.turns);
  return {
    node,
    id,
    type,
    paused,
    mailbox,
    rate: isCounted ? (turns - (old.turns ?? 0)) / seconds : null,
    busy: isCounted && busy > 0 ? (busy - old.busy) / 1_000 / seconds : null,
    slowest: worst === undefined ? '' : slowestText(worst),
  };
}

function slowestText({ name, slowest }: ActorReport['slowest'][number]): string {
  return slowest > 0 ? `${name} ${slowest < 10 ? slowest.toFixed(2) : slowest.toFixed(0)} ms` : name;
}

function compare(a: TopRow, b: TopRow, sort: SortKey): number {
  if (sort === 'name') return a.id < b.id ? -1 : Number(a.id > b.id);
  return (b[sort] ?? -1) - (a[sort] ?? -1);
}

function nodeLine({ node, title, now: { loop, actors } }: NodeReports, paint: Paint): string {
  const { utilization, delayP50, delayP99 } = loop;
  const busy = `loop ${(utilization * 100).toFixed(0)} % busy, late by ${delayP50.toFixed(1)} ms (99 %: ${delayP99.toFixed(1)} ms)`;
  return `${paint.bold(title === '' ? node : `${title} at ${node}`)}  ${actors.length} actors, ${busy}`;
}

function printRate(rate: number): string {
  return rate === 0 ? '0' : rate < 10 ? rate.toFixed(1) : rate.toFixed(0);
}

/** Numbers to the right, the rest to the left. */
function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map(row => row[column]?.length ?? 0)));
  const isNumber = (column: number): boolean => column >= 1 && column <= 3;
  return rows.map(row =>
    row
      .map((cell, column) => (isNumber(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
}
