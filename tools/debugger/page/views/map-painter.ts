/**
 * Paints the flows of the map: a curve for each pair of actors, as wide as the flow is fast, with dots that move along.
 */
import type { Flow, Flows } from '../model/flows.ts';
import { mainKind } from '../model/flows.ts';
import type { Spot } from '../model/map-layout.ts';
import { kindColour } from '../model/palette.ts';
import { colour } from '../parts/canvas.ts';

const DOTS_PX_PER_S = 90;
const ACTOR_RADIUS = 15;
/** Curves bend by this part of their length, so that both directions are seen. */
const BEND = 0.14;

export interface FlowSight {
  readonly spots: ReadonlyMap<string, Spot>;
  readonly recent: Flows;
  readonly older: Flows;
  /** The actor that is looked at; others' flows stand back. */
  readonly actor: string;
  /** In seconds; dots stand where they are at that time. */
  readonly time: number;
}

export function paintFlows(context: CanvasRenderingContext2D, sight: FlowSight): void {
  const { recent, older, spots } = sight;
  for (const [key, flow] of older.edges) if (!recent.edges.has(key)) paintIdle(context, flow, spots);
  const seconds = Math.max(0.001, (recent.until - recent.since) / 1_000);
  for (const flow of recent.edges.values()) paintFlow(context, flow, flow.count / seconds, sight);
  context.globalAlpha = 1;
}

/** The width of a flow of so many messages a second. */
export function widthOf(rate: number): number {
  return Math.min(9, 1 + Math.log2(1 + rate) * 0.8);
}

function paintIdle(context: CanvasRenderingContext2D, flow: Flow, spots: FlowSight['spots']): void {
  const curve = curveOf(flow, spots);
  if (curve === null) return;
  context.globalAlpha = 0.55;
  context.strokeStyle = colour('--line-strong');
  context.lineWidth = 1;
  stroke(context, curve);
}

function paintFlow(context: CanvasRenderingContext2D, flow: Flow, rate: number, sight: FlowSight): void {
  const curve = curveOf(flow, sight.spots);
  if (curve === null) return;
  const isOther = sight.actor !== '' && flow.from !== sight.actor && flow.to !== sight.actor;
  const width = widthOf(rate);
  context.strokeStyle = colour(kindColour(mainKind(flow)));
  context.fillStyle = context.strokeStyle;
  context.lineWidth = width;
  context.lineCap = 'round';
  context.globalAlpha = isOther ? 0.1 : 0.28;
  stroke(context, curve);
  context.globalAlpha = isOther ? 0.2 : 1;
  const length = Math.hypot(curve.end.x - curve.start.x, curve.end.y - curve.start.y);
  const dots = Math.min(Math.ceil(length / 26), Math.max(1, Math.round(Math.log2(1 + rate) * 1.4)));
  for (let dot = 0; dot < dots; dot++) {
    const way = ((sight.time * DOTS_PX_PER_S) / length + dot / dots) % 1;
    const { x, y } = at(curve, way);
    context.beginPath();
    context.arc(x, y, 1.3 + width * 0.32, 0, Math.PI * 2);
    context.fill();
  }
  paintTip(context, curve, width);
}

interface Curve {
  readonly start: Spot;
  readonly control: Spot;
  readonly end: Spot;
}

/** From rim to rim; null where an end is not on the map. */
function curveOf({ from, to }: Flow, spots: FlowSight['spots']): Curve | null {
  const [a, b] = [spots.get(from), spots.get(to)];
  if (a === undefined || b === undefined) return null;
  const [dx, dy] = [b.x - a.x, b.y - a.y];
  const control = { x: (a.x + b.x) / 2 - dy * BEND, y: (a.y + b.y) / 2 + dx * BEND };
  return { start: towards(a, control, ACTOR_RADIUS + 2), control, end: towards(b, control, ACTOR_RADIUS + 6) };
}

function towards(from: Spot, to: Spot, distance: number): Spot {
  const length = Math.max(1, Math.hypot(to.x - from.x, to.y - from.y));
  return { x: from.x + ((to.x - from.x) * distance) / length, y: from.y + ((to.y - from.y) * distance) / length };
}

function at({ start, control, end }: Curve, way: number): Spot {
  const back = 1 - way;
  const mix = (a: number, b: number, c: number): number => back * back * a + 2 * back * way * b + way * way * c;
  return { x: mix(start.x, control.x, end.x), y: mix(start.y, control.y, end.y) };
}

function stroke(context: CanvasRenderingContext2D, { start, control, end }: Curve): void {
  context.beginPath();
  context.moveTo(start.x, start.y);
  context.quadraticCurveTo(control.x, control.y, end.x, end.y);
  context.stroke();
}

function paintTip(context: CanvasRenderingContext2D, { control, end }: Curve, width: number): void {
  const size = 4 + width * 0.6;
  context.save();
  context.translate(end.x, end.y);
  context.rotate(Math.atan2(end.y - control.y, end.x - control.x));
  context.beginPath();
  context.moveTo(size, 0);
  context.lineTo(-size * 0.4, -size * 0.6);
  context.lineTo(-size * 0.4, size * 0.6);
  context.fill();
  context.restore();
}
