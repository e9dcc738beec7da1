/**
 * Where actors stand on the map: those of one node together, in a box; nodes that talk much, near each other.
 *
 * The forces are worked out to their end before anything is drawn, beginning with where everything stood before: the
 * picture moves once when an actor comes, and then rests. Pure.
 */
import {
  forceCollide,
  forceLink,
  forceSimulation,
  forceX,
  forceY,
  type SimulationLinkDatum,
  type SimulationNodeDatum,
} from 'd3-force';

export interface Spot {
  readonly x: number;
  readonly y: number;
}

export interface MapActor {
  readonly pid: string;
  readonly node: string;
}

export interface MapLink {
  readonly from: string;
  readonly to: string;
}

export interface Box {
  readonly node: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface MapLayout {
  readonly spots: ReadonlyMap<string, Spot>;
  readonly boxes: readonly Box[];
}

const ACTOR_PX = 58;
const TICKS = 220;
const PADDING = { x: 58, top: 44, bottom: 40 };
const BETWEEN_PX = 46;
/** Labels are wider than high, and so are screens. */
const FLAT = 1.25;

interface Body extends SimulationNodeDatum {
  readonly key: string;
  readonly home: string;
  readonly radius: number;
}

export function layOutMap(
  actors: readonly MapActor[],
  links: readonly MapLink[],
  before: ReadonlyMap<string, Spot> = new Map(),
): MapLayout {
  const nodeOf = new Map(actors.map(({ pid, node }) => [pid, node]));
  const known = links.filter(({ from, to }) => nodeOf.has(from) && nodeOf.has(to));
  const centres = placeNodes(actors, known, nodeOf, before);
  const bodies = placeActors(actors, known, nodeOf, centres, before);
  separate(bodies);
  const spots = new Map(bodies.map(({ key, x = 0, y = 0 }) => [key, { x, y }]));
  return { spots, boxes: boxesOf(bodies) };
}

function placeNodes(
  actors: readonly MapActor[],
  links: readonly MapLink[],
  nodeOf: ReadonlyMap<string, string>,
  before: ReadonlyMap<string, Spot>,
): ReadonlyMap<string, Spot> {
  const nodes = [...new Set(actors.map(({ node }) => node))];
  const bodies = nodes.map((node, index): Body => {
    const own = actors.filter(actor => actor.node === node);
    const radius = ACTOR_PX * Math.sqrt(own.length) * 0.75 + 34;
    return { key: node, home: node, radius, ...(middleOf(own, before) ?? around(index, nodes.length, 320)) };
  });
  const pairs = new Map<string, SimulationLinkDatum<Body>>();
  for (const { from, to } of links) {
    const [source, target] = [nodeOf.get(from) ?? '', nodeOf.get(to) ?? ''].sort();
    if (source !== target) pairs.set(`${source} ${target}`, { source: source ?? '', target: target ?? '' });
  }
  const span = (end: Body | string | number): number => (typeof end === 'object' ? end.radius : 0);
  run(
    forceSimulation(bodies)
      .force('collide', forceCollide<Body>(body => body.radius + BETWEEN_PX / 2).iterations(3))
      .force(
        'link',
        forceLink<Body, SimulationLinkDatum<Body>>([...pairs.values()])
          .id(body => body.key)
          .distance(({ source, target }) => span(source) + span(target) + BETWEEN_PX)
          .strength(0.25),
      )
      .force('x', forceX<Body>(0).strength(0.03))
      .force('y', forceY<Body>(0).strength(0.07)),
  );
  return new Map(bodies.map(({ key, x = 0, y = 0 }) => [key, { x: x * FLAT, y }]));
}

function placeActors(
  actors: readonly MapActor[],
  links: readonly MapLink[],
  nodeOf: ReadonlyMap<string, string>,
  centres: ReadonlyMap<string, Spot>,
  before: ReadonlyMap<string, Spot>,
): Body[] {
  const counts = new Map<string, number>();
  const bodies = actors.map(({ pid, node }): Body => {
    const index = counts.get(node) ?? 0;
    counts.set(node, index + 1);
    const centre = centres.get(node) ?? { x: 0, y: 0 };
    const offset = around(index, 7, 30 + index * 4);
    const start = before.get(pid) ?? { x: centre.x + offset.x, y: centre.y + offset.y };
    return { key: pid, home: node, radius: ACTOR_PX, ...start };
  });
  const inside = links.filter(({ from, to }) => nodeOf.get(from) === nodeOf.get(to));
  run(
    forceSimulation(bodies)
      .force('collide', forceCollide<Body>(body => body.radius).iterations(3))
      .force(
        'link',
        forceLink<Body, SimulationLinkDatum<Body>>(inside.map(({ from, to }) => ({ source: from, target: to })))
          .id(body => body.key)
          .distance(ACTOR_PX * 2)
          .strength(0.08),
      )
      .force('x', forceX<Body>(body => centres.get(body.home)?.x ?? 0).strength(0.1))
      .force('y', forceY<Body>(body => centres.get(body.home)?.y ?? 0).strength(0.16)),
  );
  return bodies;
}

/** Boxes that overlap are moved apart, with all that is in them. */
function separate(bodies: readonly Body[]): void {
  for (let round = 0; round < 40; round++) {
    const boxes = boxesOf(bodies);
    let moved = false;
    for (const [index, a] of boxes.entries()) {
      for (const b of boxes.slice(index + 1)) {
        const overlapX = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x) + BETWEEN_PX;
        const overlapY = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y) + BETWEEN_PX;
        if (overlapX <= 0 || overlapY <= 0) continue;
        moved = true;
        const alongX = overlapX < overlapY;
        const sign =
          (alongX ? a.x + a.width / 2 - b.x - b.width / 2 : a.y + a.height / 2 - b.y - b.height / 2) < 0 ? -1 : 1;
        const shift = (alongX ? overlapX : overlapY) / 2 + 1;
        shiftNode(bodies, a.node, alongX ? sign * shift : 0, alongX ? 0 : sign * shift);
        shiftNode(bodies, b.node, alongX ? -sign * shift : 0, alongX ? 0 : -sign * shift);
      }
    }
    if (!moved) return;
  }
}

function shiftNode(bodies: readonly Body[], node: string, x: number, y: number): void {
  for (const body of bodies) {
    if (body.home !== node) continue;
    body.x = (body.x ?? 0) + x;
    body.y = (body.y ?? 0) + y;
  }
}

function boxesOf(bodies: readonly Body[]): Box[] {
  return [...new Set(bodies.map(({ home }) => home))].map(node => {
    const own = bodies.filter(({ home }) => home === node);
    const xs = own.map(({ x = 0 }) => x);
    const ys = own.map(({ y = 0 }) => y);
    const [x, y] = [Math.min(...xs) - PADDING.x, Math.min(...ys) - PADDING.top];
    return { node, x, y, width: Math.max(...xs) + PADDING.x - x, height: Math.max(...ys) + PADDING.bottom - y };
  });
}

function run(simulation: { stop(): { tick(ticks: number): unknown } }): void {
  simulation.stop().tick(TICKS);
}

function middleOf(actors: readonly MapActor[], before: ReadonlyMap<string, Spot>): Spot | null {
  const spots = actors.map(({ pid }) => before.get(pid)).filter(spot => spot !== undefined);
  if (spots.length === 0) return null;
  const sum = spots.reduce((total, { x, y }) => ({ x: total.x + x, y: total.y + y }), { x: 0, y: 0 });
  return { x: sum.x / spots.length / FLAT, y: sum.y / spots.length };
}

function around(index: number, count: number, radius: number): Spot {
  const angle = (index / Math.max(1, count)) * 2 * Math.PI - Math.PI / 2;
  return { x: Math.cos(angle) * radius, y: Math.sin(angle) * radius };
}
