/**
 * The live map: actors in the boxes of their nodes, and what flows between them.
 *
 * Flows are painted on a canvas that moves; actors and boxes lie over it as SVG, for the keyboard and for readers.
 */
import { useSignal } from '@preact/signals';
import { select as selection } from 'd3-selection';
import { type ZoomBehavior, type ZoomTransform, zoom, zoomIdentity } from 'd3-zoom';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { addressOf, idOf } from '../../../../libprocess/trace.ts';
import type { Entry } from '../model/entry.ts';
import { type Flows, flowsOf } from '../model/flows.ts';
import { count, digits } from '../model/format.ts';
import { type Cast, castOf, keyOf } from '../model/map-cast.ts';
import { type Box, layOutMap, type MapLayout, type MapLink } from '../model/map-layout.ts';
import { nameOf, titleOf } from '../model/nodes.ts';
import { prepare, type Size, useSize } from '../parts/canvas.ts';
import { mark } from '../parts/marks.tsx';
import { StartHint } from '../parts/start-hint.tsx';
import {
  file,
  go,
  matches,
  nodeColours,
  nodes,
  paused,
  place,
  present,
  pulse,
  selectActor,
  shownNodes,
  store,
} from '../state.ts';
import { paintFlows } from './map-painter.ts';

const RECENT_MS = 3_000;
const OLDER_MS = 20_000;
const COUNTED_MAX = 30_000;

/** The cast and the layout outlive the view: who comes back finds everything where it was. */
let cast: Cast | null = null;
let layout: MapLayout = { spots: new Map(), boxes: [] };
let laidOut = '';
/** Who has ever sent to whom: actors, and nodes. */
const seen = new Map<string, MapLink>();
const pairs = new Set<string>();

export function MapView() {
  pulse.value;
  if (store.entries.length === 0 && shownNodes.value.every(({ actors }) => actors.length === 0)) {
    return <StartHint what="Actors and what they send" />;
  }
  const { recent, older } = flowsNow();
  arrange(older);
  const rate = [...recent.edges.values()].reduce((sum, flow) => sum + flow.count, 0) / seconds(recent);
  return (
    <div class="view">
      <div class="bar">
        <strong>{file.value === '' ? 'Now' : 'The whole trace'}</strong>
        <span>
          {count(recent.edges.size)} flows, {digits(rate)} messages/s. The wider, the faster.
        </span>
      </div>
      <Picture recent={recent} older={older} />
    </div>
  );
}

/** What flowed of late, and a while before; all of it in a saved trace. */
function flowsNow(): { readonly recent: Flows; readonly older: Flows } {
  const { list } = matches;
  if (file.value !== '') {
    const all = flowsOf(list, list[0]?.event.at ?? 0, list.at(-1)?.event.at ?? 0);
    return { recent: all, older: all };
  }
  const now = present();
  if (now - lately.until > OLDER_MS / 20 || now < lately.until) lately = flowsOf(newest(list), now - OLDER_MS, now);
  return { recent: flowsOf(newest(list), now - RECENT_MS, now), older: lately };
}

/** What flowed in a longer time is counted anew once a second. */
let lately: Flows = { since: 0, until: 0, edges: new Map(), actors: new Map() };

/** Of a flood, the last drops tell enough. */
function newest(list: readonly Entry[]): readonly Entry[] {
  return list.length <= COUNTED_MAX ? list : list.slice(-COUNTED_MAX);
}

function seconds({ since, until }: Flows): number {
  return Math.max(0.001, (until - since) / 1_000);
}

function arrange(older: Flows): void {
  cast = castOf(shownNodes.value, older, cast);
  const links = [...older.edges.values()];
  for (const { from, to } of links) pairs.add(`${addressOf(from)} ${addressOf(to)}`);
  const key = `${pairs.size} ${keyOf(cast)}`;
  if (key === laidOut) return;
  laidOut = key;
  for (const { from, to } of links) seen.set(`${from} ${to}`, { from, to });
  layout = layOutMap(cast.actors, [...seen.values()], layout.spots);
}

function Picture({ recent, older }: { readonly recent: Flows; readonly older: Flows }) {
  const box = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const size = useSize(box);
  const view = useZoom(box, size, layout);
  const { actor } = place.value;
  const scene = useRef({ recent, older, actor, size, view });
  scene.current = { recent, older, actor, size, view };
  useEffect(() => animate(canvas, scene), []);
  return (
    // A click beside all actors looks at none.
    // biome-ignore lint/a11y/noStaticElementInteractions: Escape does the same.
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape does the same.
    <div ref={box} class="map" onClick={event => event.target instanceof SVGSVGElement && go({ actor: '', event: '' })}>
      <canvas ref={canvas} style={{ width: `${size.width}px`, height: `${size.height}px` }} />
      {/* biome-ignore lint/a11y/useSemanticElements: an SVG has no fieldsets. */}
      <svg width={size.width} height={size.height} role="group" aria-label="Map of actors">
        <g transform={view.toString()}>
          {layout.boxes.map(each => (
            <NodeBox key={each.node} box={each} />
          ))}
          {cast?.actors.map(({ pid, node }) => (
            <ActorSpot key={pid} pid={pid} node={node} recent={recent} />
          ))}
        </g>
      </svg>
    </div>
  );
}

function NodeBox({ box: { node, x, y, width, height } }: { readonly box: Box }) {
  const left = cast?.left.get(node) ?? 0;
  return (
    <g style={mark(nodeColours.of(node))} class="node-box">
      <rect x={x} y={y} width={width} height={height} rx={10} />
      <text x={x + 14} y={y + 20} class="title">
        {nameOf(nodes.value, node)}
      </text>
      <text x={x + width - 14} y={y + 20} class="sub" text-anchor="end">
        {nameOf(nodes.value, node) === node || width < 210 ? '' : node}
      </text>
      {left > 0 && (
        <text x={x + width - 14} y={y + height - 10} class="sub" text-anchor="end">
          and {count(left)} more
        </text>
      )}
    </g>
  );
}

function ActorSpot({ pid, node, recent }: { readonly pid: string; readonly node: string; readonly recent: Flows }) {
  const spot = layout.spots.get(pid);
  if (spot === undefined) return null;
  const id = idOf(pid);
  const report = nodes.value.get(node)?.actors.find(actor => actor.id === id);
  const rate = (recent.actors.get(pid)?.received ?? 0) / seconds(recent);
  const isChosen = place.value.actor === pid;
  const waiting = report?.mailbox ?? 0;
  return (
    // biome-ignore lint/a11y/useSemanticElements: there are no buttons inside an SVG.
    <g
      class={`spot ${isChosen ? 'chosen' : ''} ${report?.paused === true ? 'held' : ''} ${rate > 0 ? '' : 'idle'}`}
      style={mark(nodeColours.of(node))}
      transform={`translate(${spot.x} ${spot.y})`}
      role="button"
      tabIndex={0}
      aria-label={`${id} at ${titleOf(nodes.value, node)}: ${digits(rate)} a second, ${waiting} waiting`}
      onClick={() => selectActor(pid)}
      onKeyDown={event => event.key === 'Enter' && selectActor(pid)}
    >
      <title>{`${id}: ${digits(rate)} a second, ${count(waiting)} waiting`}</title>
      <circle r={15} />
      <circle class="inner" r={4 + Math.min(9, Math.log2(1 + rate) * 1.3)} />
      <text y={31} text-anchor="middle">
        {short(id)}
      </text>
      {waiting > 0 && (
        <g transform="translate(14 -13)">
          <rect class="badge" x={-9} y={-8} width={18 + 6 * (String(waiting).length - 1)} height={16} rx={8} />
          <text class="waiting" x={3 * (String(waiting).length - 1)} y={4} text-anchor="middle">
            {count(waiting)}
          </text>
        </g>
      )}
    </g>
  );
}

function short(id: string): string {
  return id.length <= 20 ? id : `${id.slice(0, 19)}…`;
}

/** Pan and zoom; until somebody does either, all of it is in sight. */
function useZoom(box: { readonly current: HTMLElement | null }, size: Size, { boxes }: MapLayout): ZoomTransform {
  const own = useSignal<ZoomTransform | null>(null);
  const behaviour = useRef<ZoomBehavior<HTMLElement, unknown> | null>(null);
  const fit = useMemo(() => fitting(boxes, size), [boxes, size]);
  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const made = zoom<HTMLElement, unknown>().scaleExtent([0.2, 3]).clickDistance(4);
    made.on('zoom', ({ transform, sourceEvent }: { transform: ZoomTransform; sourceEvent: Event | null }) => {
      if (sourceEvent !== null) own.value = transform;
    });
    behaviour.current = made;
    selection(element).call(made);
    selection(element).on('dblclick.zoom', () => {
      own.value = null;
    });
    return () => selection(element).on('.zoom', null);
  }, []);
  useEffect(() => {
    const element = box.current;
    if (own.value !== null || element === null || behaviour.current === null) return;
    selection(element).call(behaviour.current.transform, fit);
  }, [fit, own.value]);
  return own.value ?? fit;
}

function fitting(boxes: readonly Box[], { width, height }: Size): ZoomTransform {
  if (boxes.length === 0 || width === 0) return zoomIdentity;
  const left = Math.min(...boxes.map(({ x }) => x));
  const top = Math.min(...boxes.map(({ y }) => y));
  const right = Math.max(...boxes.map(box => box.x + box.width));
  const bottom = Math.max(...boxes.map(box => box.y + box.height));
  const scale = Math.min(1.15, (width - 48) / (right - left), (height - 48) / (bottom - top));
  const [x, y] = [(width - (left + right) * scale) / 2, (height - (top + bottom) * scale) / 2];
  return zoomIdentity.translate(x, y).scale(scale);
}

interface Scene {
  readonly recent: Flows;
  readonly older: Flows;
  readonly actor: string;
  readonly size: Size;
  readonly view: ZoomTransform;
}

/** Paints each frame while the view is there; dots stand still for who wants no motion, and while the page is frozen. */
function animate(
  canvas: { readonly current: HTMLCanvasElement | null },
  scene: { readonly current: Scene },
): () => void {
  const calm = window.matchMedia('(prefers-reduced-motion: reduce)').matches;
  let [frame, time, before] = [0, 0, 0];
  const paint = (now: number): void => {
    frame = requestAnimationFrame(paint);
    if (!calm && !paused.peek()) time += Math.min(100, now - before) / 1_000;
    before = now;
    const { size, view, ...flows } = scene.current;
    const context = prepare(canvas.current, size);
    if (context === null) return;
    context.translate(view.x, view.y);
    context.scale(view.k, view.k);
    paintFlows(context, { ...flows, spots: layout.spots, time });
  };
  frame = requestAnimationFrame(paint);
  return () => cancelAnimationFrame(frame);
}
