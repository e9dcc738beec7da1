/**
 * Trace events as lines of text: one a line, or indented below what caused them. Pure.
 *
 *   12:00:00.104  scheduler ─▶ master   POST /api/v1/scheduler            http      0.2 ms
 *   12:00:00.105  master ─▶ slave(1)    mesos.internal.RunTaskMessage     message   412 B
 */
import { addressOf, idOf, type TraceEvent, type TraceTree } from '../../../libprocess/trace.ts';
import { type Paint, PLAIN } from './paint.ts';

export interface LineOptions {
  readonly paint?: Paint | undefined;
  /** Shows where an actor lives besides its id: where several nodes are shown. */
  readonly addresses?: boolean | undefined;
}

const BODY_WIDTH = 2_000;

/** What happened, and when. */
export function eventLine(event: TraceEvent, options: LineOptions = {}): string {
  const { paint = PLAIN } = options;
  return `${paint.dim(clockTime(event.at))}  ${eventText(event, options)}`;
}

/** A tree, each event below its cause. Times count from its first event. */
export function treeLines(root: TraceTree, options: LineOptions = {}): string[] {
  const { paint = PLAIN } = options;
  const lines: string[] = [];
  // A list of one's own: a chain of ten thousand causes is deeper than calls can be.
  const open: (readonly [tree: TraceTree, indent: string, below: string])[] = [[root, '', '']];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [{ event, children }, indent, below] = next;
    const ms = `${millis(event.at - root.event.at)} ms`.padStart(12);
    lines.push(`${paint.dim(ms)}  ${paint.dim(indent)}${eventText(event, options)}`);
    for (let index = children.length - 1; index >= 0; index--) {
      const isLast = index === children.length - 1;
      const child = children[index];
      if (child !== undefined) open.push([child, `${below}${isLast ? '└ ' : '├ '}`, `${below}${isLast ? '  ' : '│ '}`]);
    }
  }
  return lines;
}

/** `12:00:00.104`, as clocks of this place show it. */
export function clockTime(ms: number): string {
  const at = new Date(ms);
  const [hours, minutes, seconds] = [at.getHours(), at.getMinutes(), at.getSeconds()].map(part => pad(part, 2));
  return `${hours}:${minutes}:${seconds}.${pad(at.getMilliseconds(), 3)}`;
}

function eventText(event: TraceEvent, { paint = PLAIN, addresses = false }: LineOptions): string {
  const { from, to, name, kind, body } = event;
  const who = (pid: string): string => (addresses ? (pid === '' ? 'outside' : pid) : shortName(pid));
  const ends = from === to ? who(to) : `${who(from)} ${paint.dim('─▶')} ${who(to)}`;
  const parts = [ends, paint.bold(name), paint.cyan(kind), paint.dim(timesOf(event)), fateOf(event, paint)];
  const line = parts.filter(part => part !== '').join('  ');
  return body === undefined ? line : `${line}\n${paint.dim(`              ${bodyText(body)}`)}`;
}

/** The id; of what no actor is, the address, and of what nobody is, `outside`. */
export function shortName(pid: string): string {
  return idOf(pid) || addressOf(pid) || 'outside';
}

function timesOf({ at, started, ended, bytes, depth }: TraceEvent): string {
  return [
    bytes === null ? '' : `${bytes} B`,
    depth === 0 ? '' : `${depth} before it`,
    started === null || started <= at ? '' : `waited ${millis(started - at)} ms`,
    started === null || ended === null || ended <= started ? '' : `took ${millis(ended - started)} ms`,
  ]
    .filter(part => part !== '')
    .join(', ');
}

function fateOf({ dropped, node, to, ended }: TraceEvent, paint: Paint): string {
  if (dropped !== undefined) return paint.red(`✗ ${dropped}`);
  return ended === null && addressOf(to) === node ? paint.yellow('waits') : '';
}

function bodyText(body: unknown): string {
  const text = JSON.stringify(body);
  return text.length <= BODY_WIDTH ? text : `${text.slice(0, BODY_WIDTH)}…`;
}

function millis(ms: number): string {
  return String(Math.round(ms * 100) / 100);
}

function pad(value: number, width: number): string {
  return String(value).padStart(width, '0');
}
