/**
 * Paints the rows of a sequence diagram that are in sight.
 */

import { bytes, duration, shortName } from '../model/format.ts';
import type { Arrow, Sequence } from '../model/lanes.ts';
import { kindColour, type NodeColours } from '../model/palette.ts';
import { colour, fitted, font, type Size } from '../parts/canvas.ts';

export const HEAD_PX = 46;
export const GUTTER_PX = 84;
const BAR_PX = 7;
/** A pause longer than this is said. */
const PAUSE_MS = 250;

export interface Sight extends Size {
  readonly scrollLeft: number;
  readonly scrollTop: number;
  readonly rowPx: number;
  readonly lanePx: number;
  /** The id of the selected event. */
  readonly selected: string;
  /** The row that the pointer is at; -1 for none. */
  readonly hover: number;
}

export function paintSequence(
  context: CanvasRenderingContext2D,
  sequence: Sequence,
  sight: Sight,
  colours: NodeColours,
): void {
  const first = Math.max(0, Math.floor(sight.scrollTop / sight.rowPx) - 1);
  const last = Math.min(sequence.times.length - 1, Math.ceil((sight.scrollTop + sight.height) / sight.rowPx));
  paintHover(context, sight);
  paintLanes(context, sequence, sight);
  for (const arrow of sequence.arrows) {
    if (arrow.rowFrom > last || arrow.rowEnd < first) continue;
    paintTurn(context, arrow, sight);
  }
  for (const arrow of sequence.arrows) {
    if (arrow.rowFrom > last) continue;
    if (arrow.row >= first) paintArrow(context, arrow, sight);
  }
  paintGutter(context, sequence, sight, first, last);
  paintHeads(context, sequence, sight, colours);
}

export function laneX(lane: number, { scrollLeft, lanePx }: Sight): number {
  return GUTTER_PX + lanePx * (lane + 0.5) - scrollLeft;
}

function rowY(row: number, { scrollTop, rowPx }: Sight): number {
  return HEAD_PX + rowPx * (row + 0.5) - scrollTop + 6;
}

function paintHover(context: CanvasRenderingContext2D, sight: Sight): void {
  if (sight.hover < 0) return;
  context.fillStyle = colour('--sunk');
  context.fillRect(0, rowY(sight.hover, sight) - sight.rowPx / 2, sight.width, sight.rowPx);
}

function paintLanes(context: CanvasRenderingContext2D, { lanes }: Sequence, sight: Sight): void {
  context.strokeStyle = colour('--line');
  context.lineWidth = 1;
  context.beginPath();
  for (const lane of lanes.keys()) {
    const x = Math.round(laneX(lane, sight)) + 0.5;
    if (x < GUTTER_PX || x > sight.width) continue;
    context.moveTo(x, HEAD_PX);
    context.lineTo(x, sight.height);
  }
  context.stroke();
}

function paintTurn(context: CanvasRenderingContext2D, arrow: Arrow, sight: Sight): void {
  const { event } = arrow.entry;
  if (event.started === null && event.ended === null) return;
  const x = laneX(arrow.to, sight) - BAR_PX / 2;
  const top = rowY(arrow.row, sight) - 2;
  const height = Math.max(sight.rowPx * 0.6, (arrow.rowEnd - arrow.row) * sight.rowPx + 4);
  context.fillStyle = colour('--raised');
  context.strokeStyle = colour(kindColour(event.kind));
  context.beginPath();
  context.roundRect(x, top, BAR_PX, height, 2);
  context.fill();
  context.stroke();
}

function paintArrow(context: CanvasRenderingContext2D, arrow: Arrow, sight: Sight): void {
  const { event } = arrow.entry;
  const isSelected = event.id === sight.selected || arrow.sent?.event.id === sight.selected;
  const ink = colour(event.dropped === undefined ? kindColour(event.kind) : '--bad');
  context.strokeStyle = ink;
  context.fillStyle = ink;
  context.lineWidth = isSelected ? 2.2 : 1.2;
  context.setLineDash(event.kind === 'reply' || event.kind === 'response' ? [4, 3] : []);
  if (arrow.from === arrow.to) paintSelf(context, arrow, sight, isSelected);
  else paintStraight(context, arrow, sight, isSelected);
  context.setLineDash([]);
}

function paintStraight(context: CanvasRenderingContext2D, arrow: Arrow, sight: Sight, isSelected: boolean): void {
  const sign = arrow.to > arrow.from ? 1 : -1;
  const [x1, y1] = [laneX(arrow.from, sight) + (sign * BAR_PX) / 2, rowY(arrow.rowFrom, sight)];
  const [x2, y2] = [laneX(arrow.to, sight) - sign * (BAR_PX / 2 + 1), rowY(arrow.row, sight)];
  if (Math.max(x1, x2) < GUTTER_PX || Math.min(x1, x2) > sight.width) return;
  const isLost = arrow.entry.event.dropped !== undefined;
  const end = isLost ? x1 + (x2 - x1) * 0.7 : x2;
  context.beginPath();
  context.moveTo(x1, y1);
  context.lineTo(end, isLost ? y1 + (y2 - y1) * 0.7 : y2);
  context.stroke();
  context.setLineDash([]);
  if (isLost) paintCross(context, end, y1 + (y2 - y1) * 0.7);
  else paintTip(context, x2, y2, Math.atan2(y2 - y1, x2 - x1));
  if (sight.rowPx < 15) return;
  // The name stands within the part of the arrow that is in sight.
  const left = Math.max(Math.min(x1, x2) + 8, GUTTER_PX + 6);
  const right = Math.min(Math.max(x1, x2) - 8, sight.width - 6);
  paintLabel(context, labelOf(arrow), (left + right) / 2, (y1 + y2) / 2 - 7, right - left, isSelected);
}

/** A request is called as its sender calls it; of a piece of a stream its size tells more. */
function labelOf({ entry: { event }, sent }: Arrow): string {
  if (event.kind === 'read' && event.bytes !== null) return `${bytes(event.bytes)} of ${event.name}`;
  return shortName(sent?.event.name ?? event.name);
}

function paintSelf(context: CanvasRenderingContext2D, arrow: Arrow, sight: Sight, isSelected: boolean): void {
  const [x, y] = [laneX(arrow.to, sight), rowY(arrow.row, sight)];
  if (x < GUTTER_PX - sight.lanePx || x > sight.width) return;
  context.beginPath();
  context.arc(x, y, 3, 0, Math.PI * 2);
  context.fill();
  if (sight.rowPx < 15) return;
  context.textAlign = 'left';
  context.font = font(11.5, isSelected ? 600 : 400);
  context.fillStyle = isSelected ? colour('--ink') : colour('--ink-2');
  context.textBaseline = 'middle';
  context.fillText(fitted(context, shortName(arrow.entry.event.name), sight.lanePx - 18), x + 9, y + 0.5);
}

function paintTip(context: CanvasRenderingContext2D, x: number, y: number, angle: number): void {
  context.save();
  context.translate(x, y);
  context.rotate(angle);
  context.beginPath();
  context.moveTo(0, 0);
  context.lineTo(-7, -3.5);
  context.lineTo(-7, 3.5);
  context.fill();
  context.restore();
}

function paintCross(context: CanvasRenderingContext2D, x: number, y: number): void {
  context.beginPath();
  context.moveTo(x - 4, y - 4);
  context.lineTo(x + 4, y + 4);
  context.moveTo(x + 4, y - 4);
  context.lineTo(x - 4, y + 4);
  context.stroke();
}

function paintLabel(
  context: CanvasRenderingContext2D,
  text: string,
  x: number,
  y: number,
  room: number,
  isSelected: boolean,
): void {
  context.font = font(11.5, isSelected ? 600 : 400);
  const label = fitted(context, text, room);
  if (label === '') return;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  // A halo of the ground keeps lanes from striking names through.
  context.strokeStyle = colour('--ground');
  context.lineWidth = 4;
  context.lineJoin = 'round';
  context.strokeText(label, x, y);
  context.fillStyle = isSelected ? colour('--accent') : colour('--ink');
  context.fillText(label, x, y);
}

/** Times, where they change. */
function paintGutter(
  context: CanvasRenderingContext2D,
  { times }: Sequence,
  sight: Sight,
  first: number,
  last: number,
): void {
  context.fillStyle = colour('--ground');
  context.fillRect(0, HEAD_PX, GUTTER_PX - 12, sight.height);
  context.font = font(11, 400, '--mono');
  context.textAlign = 'right';
  context.textBaseline = 'middle';
  const begin = times[0] ?? 0;
  const step = Math.max(1, Math.ceil(14 / sight.rowPx));
  let written = '';
  for (let row = first - (first % step); row <= last; row += step) {
    const at = times[row];
    if (at === undefined) continue;
    const pause = at - (times[row - 1] ?? at);
    const text = duration(at - begin);
    if (text === written && row !== sight.hover) continue;
    written = text;
    context.fillStyle = pause >= PAUSE_MS ? colour('--warn') : colour('--ink-3');
    context.fillText(text, GUTTER_PX - 20, rowY(row, sight));
  }
}

function paintHeads(context: CanvasRenderingContext2D, { lanes }: Sequence, sight: Sight, colours: NodeColours): void {
  context.fillStyle = colour('--ground');
  context.fillRect(0, 0, sight.width, HEAD_PX);
  context.textBaseline = 'middle';
  for (const [index, lane] of lanes.entries()) {
    const x = laneX(index, sight);
    if (x < -sight.lanePx || x > sight.width + sight.lanePx) continue;
    const isFirst = lanes[index - 1]?.node !== lane.node;
    const left = x - sight.lanePx / 2;
    context.fillStyle = colour(lane.pid === '' ? '--line-strong' : colours.of(lane.node));
    context.fillRect(isFirst ? left + 3 : left, 0, isFirst ? sight.lanePx - 3 : sight.lanePx, 3);
    context.textAlign = 'center';
    context.font = font(12, 600);
    context.fillStyle = colour('--ink');
    context.fillText(fitted(context, lane.label, sight.lanePx - 12), x, 19);
    context.font = font(10.5);
    context.fillStyle = colour('--ink-3');
    if (isFirst && lane.pid !== '') context.fillText(fitted(context, lane.node, sight.lanePx - 12), x, 34);
  }
  context.fillStyle = colour('--ground');
  context.fillRect(0, 0, GUTTER_PX - 12, HEAD_PX);
  context.strokeStyle = colour('--line');
  context.lineWidth = 1;
  context.beginPath();
  context.moveTo(0, HEAD_PX - 0.5);
  context.lineTo(sight.width, HEAD_PX - 0.5);
  context.stroke();
}
