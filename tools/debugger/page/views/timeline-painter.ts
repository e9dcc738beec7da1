/**
 * Paints who kept each node's loop busy: a strip of density for each node, below it the turns of its busiest actors.
 */
import { addressOf, idOf } from '../../../../libprocess/trace.ts';
import { type BusyNode, density, type Turn } from '../model/busy.ts';
import { clock, duration, shortName } from '../model/format.ts';
import { kindColour, type NodeColours } from '../model/palette.ts';
import { colour, fitted, font, type Size } from '../parts/canvas.ts';

export const AXIS_PX = 30;
export const LABEL_PX = 196;
const STRIP_PX = 34;
const ROW_PX = 19;
const GAP_PX = 14;
/** Actors of one node that have a row of their own. */
const ROWS_MAX = 7;
const NAMED_PX = 34;

export interface TimeSight extends Size {
  readonly since: number;
  readonly until: number;
  readonly scrollTop: number;
  readonly selected: string;
  /** A span that is being chosen. */
  readonly chosen: readonly [since: number, until: number] | null;
  titleOf(node: string): string;
  /** How late the node's loop is, in milliseconds; null where it does not say. */
  lateOf(node: string): number | null;
}

export interface Row {
  readonly node: string;
  /** Empty for the node's own strip. */
  readonly pid: string;
  readonly top: number;
  readonly height: number;
}

/** The rows of the picture, from above. */
export function rowsOf(busy: readonly BusyNode[]): Row[] {
  const rows: Row[] = [];
  let top = AXIS_PX + 8;
  for (const { node, shares } of busy) {
    rows.push({ node, pid: '', top, height: STRIP_PX });
    top += STRIP_PX + 3;
    for (const { pid } of shares.slice(0, ROWS_MAX)) {
      rows.push({ node, pid, top, height: ROW_PX });
      top += ROW_PX;
    }
    top += GAP_PX;
  }
  return rows;
}

export function heightOf(rows: readonly Row[]): number {
  const last = rows.at(-1);
  return last === undefined ? 0 : last.top + last.height + GAP_PX;
}

export function paintTimeline(
  context: CanvasRenderingContext2D,
  busy: readonly BusyNode[],
  rows: readonly Row[],
  sight: TimeSight,
  colours: NodeColours,
): void {
  const ticks = ticksOf(sight);
  paintGrid(context, ticks, sight);
  for (const { node, turns, busy: ms } of busy) {
    const byActor = new Map<string, Turn[]>();
    for (const turn of turns) push(byActor, turn);
    for (const row of rows) {
      if (row.node !== node) continue;
      const y = row.top - sight.scrollTop;
      if (y > sight.height || y + row.height < AXIS_PX) continue;
      if (row.pid === '') paintStrip(context, turns, ms, y, row, sight, colours);
      else paintActor(context, byActor.get(row.pid) ?? [], y, row, sight);
    }
  }
  paintAxis(context, ticks, sight);
  if (sight.chosen !== null) paintChosen(context, sight.chosen, sight);
}

export function timeX(at: number, { since, until, width }: TimeSight): number {
  return LABEL_PX + ((at - since) / (until - since)) * (width - LABEL_PX);
}

export function timeAt(x: number, { since, until, width }: TimeSight): number {
  return since + ((x - LABEL_PX) / (width - LABEL_PX)) * (until - since);
}

function paintStrip(
  context: CanvasRenderingContext2D,
  turns: readonly Turn[],
  ms: number,
  y: number,
  { node, height }: Row,
  sight: TimeSight,
  colours: NodeColours,
): void {
  const columns = Math.max(1, Math.floor((sight.width - LABEL_PX) / 2));
  const shares = density(turns, sight.since, sight.until, columns);
  context.fillStyle = colour('--sunk');
  context.fillRect(LABEL_PX, y, sight.width - LABEL_PX, height);
  context.fillStyle = colour(colours.of(node));
  for (let column = 0; column < columns; column++) {
    const high = (shares[column] ?? 0) * height;
    if (high > 0) context.fillRect(LABEL_PX + column * 2, y + height - Math.max(1, high), 2, Math.max(1, high));
  }
  label(context, sight.titleOf(node), y + 12, font(12, 600), '--ink');
  const percent = (ms / (sight.until - sight.since)) * 100;
  const late = sight.lateOf(node);
  const lateness = late === null ? '' : `, late by ${duration(late)}`;
  label(context, `${percent.toFixed(percent < 10 ? 1 : 0)} % busy${lateness}`, y + 26, font(11), '--ink-3');
}

/** Turns too short to be seen one by one are one block, so a row costs no more than its width. */
function paintActor(
  context: CanvasRenderingContext2D,
  turns: readonly Turn[],
  y: number,
  { pid, height }: Row,
  sight: TimeSight,
): void {
  label(context, idOf(pid), y + height / 2, font(11.5), '--ink-2', 12);
  context.font = font(10.5);
  context.textBaseline = 'middle';
  context.textAlign = 'left';
  let end = Number.NEGATIVE_INFINITY;
  for (const { entry, started, ended } of turns) {
    const left = Math.max(LABEL_PX, timeX(started, sight));
    const right = Math.min(sight.width, Math.max(timeX(ended, sight), left + 1));
    const isSelected = entry.event.id === sight.selected;
    if (right <= end && !isSelected) continue;
    context.fillStyle = colour(isSelected ? '--accent' : kindColour(entry.event.kind));
    context.globalAlpha = isSelected ? 1 : 0.75;
    context.fillRect(left, y + 2, right - left, height - 4);
    context.globalAlpha = 1;
    end = right;
    if (right - left < NAMED_PX) continue;
    context.fillStyle = colour('--ground');
    context.fillText(fitted(context, shortName(entry.event.name), right - left - 8), left + 4, y + height / 2 + 0.5);
  }
}

function label(
  context: CanvasRenderingContext2D,
  text: string,
  y: number,
  face: string,
  ink: string,
  indent = 0,
): void {
  context.font = face;
  context.textAlign = 'left';
  context.textBaseline = 'middle';
  context.fillStyle = colour(ink);
  context.fillText(fitted(context, text, LABEL_PX - 26 - indent), 14 + indent, y);
}

/** Round times, about one every 110 px. */
function ticksOf({ since, until, width }: TimeSight): number[] {
  const wanted = ((until - since) / Math.max(1, width - LABEL_PX)) * 110;
  const power = 10 ** Math.floor(Math.log10(wanted));
  const step = [1, 2, 5, 10].map(factor => factor * power).find(each => each >= wanted) ?? wanted;
  const ticks: number[] = [];
  for (let at = Math.ceil(since / step) * step; at <= until; at += step) ticks.push(at);
  return ticks;
}

function paintGrid(context: CanvasRenderingContext2D, ticks: readonly number[], sight: TimeSight): void {
  context.strokeStyle = colour('--line');
  context.lineWidth = 1;
  context.beginPath();
  for (const tick of ticks) {
    const x = Math.round(timeX(tick, sight)) + 0.5;
    context.moveTo(x, AXIS_PX);
    context.lineTo(x, sight.height);
  }
  context.stroke();
}

function paintAxis(context: CanvasRenderingContext2D, ticks: readonly number[], sight: TimeSight): void {
  context.fillStyle = colour('--ground');
  context.fillRect(0, 0, sight.width, AXIS_PX);
  context.fillStyle = colour('--ink-3');
  context.font = font(11, 400, '--mono');
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  const step = (ticks[1] ?? 1) - (ticks[0] ?? 0);
  for (const tick of ticks) {
    const text =
      step >= 1 ? clock(tick).replace(step >= 1_000 ? /[.]\d+$/ : /^$/, '') : `+${duration(tick - sight.since)}`;
    context.fillText(text, timeX(tick, sight), AXIS_PX / 2);
  }
  context.textAlign = 'left';
  context.fillText(duration(sight.until - sight.since), 14, AXIS_PX / 2);
  context.strokeStyle = colour('--line');
  context.beginPath();
  context.moveTo(0, AXIS_PX - 0.5);
  context.lineTo(sight.width, AXIS_PX - 0.5);
  context.stroke();
}

function paintChosen(
  context: CanvasRenderingContext2D,
  [since, until]: readonly [number, number],
  sight: TimeSight,
): void {
  const [left, right] = [timeX(since, sight), timeX(until, sight)];
  context.fillStyle = colour('--accent');
  context.globalAlpha = 0.12;
  context.fillRect(left, 0, right - left, sight.height);
  context.globalAlpha = 1;
  context.fillRect(left, 0, right - left, 3);
}

function push(byActor: Map<string, Turn[]>, turn: Turn): void {
  const { to } = turn.entry.event;
  if (addressOf(to) === '') return;
  const turns = byActor.get(to);
  if (turns === undefined) byActor.set(to, [turn]);
  else turns.push(turn);
}
