/**
 * Trace events as OpenTelemetry spans (OTLP/JSON), which Jaeger, Tempo and others take in: a resource for each node, a
 * span for each event, a trace for each tree.
 *
 * Source: opentelemetry-proto `ExportTraceServiceRequest` in its JSON mapping. Pure, for browsers too.
 */
import type { TraceEvent, TraceKind } from './event.ts';
import { idOf } from './event.ts';
import { plant, type TraceTree } from './forest.ts';

const INTERNAL = 1;
const SERVER = 2;
const CLIENT = 3;
const PRODUCER = 4;
const CONSUMER = 5;

const SPAN_KINDS: Partial<Record<TraceKind, number>> = {
  http: SERVER,
  request: CLIENT,
  response: CLIENT,
  write: PRODUCER,
  read: CONSUMER,
};

const ERROR = { code: 2 } as const;

/** @returns an object to be posted, as JSON, to `/v1/traces` of a collector. */
export function toOtlp(events: Iterable<TraceEvent>): { readonly resourceSpans: readonly object[] } {
  const byNode = new Map<string, object[]>();
  for (const root of plant(events)) {
    const traceId = hex(root.event.id, 2);
    for (const [{ event }, parent] of pairsOf(root)) {
      const spans = byNode.get(event.node) ?? [];
      byNode.set(event.node, spans);
      spans.push(spanOf(event, traceId, parent));
    }
  }
  return { resourceSpans: [...byNode].map(([node, spans]) => resourceOf(node, spans)) };
}

function resourceOf(node: string, spans: readonly object[]): object {
  const attributes = [text('service.name', `libprocess ${node}`), text('service.instance.id', node)];
  return { resource: { attributes }, scopeSpans: [{ scope: { name: 'libprocess' }, spans }] };
}

/** Each tree below `root`, itself first, with what it hangs on. */
function* pairsOf(root: TraceTree): Generator<readonly [TraceTree, TraceTree | null]> {
  const open: (readonly [TraceTree, TraceTree | null])[] = [[root, null]];
  for (let pair = open.pop(); pair !== undefined; pair = open.pop()) {
    yield pair;
    for (const child of pair[0].children) open.push([child, pair[0]]);
  }
}

function spanOf(event: TraceEvent, traceId: string, parent: TraceTree | null): object {
  const { id, name, kind, from, to, at, started, ended, depth, dropped } = event;
  const attributes = [text('libprocess.kind', kind), text('libprocess.from', from), text('libprocess.to', to)];
  if (started !== null) attributes.push(number('libprocess.waited_ms', started - at));
  attributes.push(number('libprocess.depth', depth));
  return {
    traceId,
    spanId: hex(id, 1),
    ...(parent === null ? {} : { parentSpanId: hex(parent.event.id, 1) }),
    name: `${name} → ${idOf(to)}`,
    kind: kind === 'message' && started === null ? PRODUCER : (SPAN_KINDS[kind] ?? INTERNAL),
    startTimeUnixNano: nanos(started ?? at),
    endTimeUnixNano: nanos(ended ?? started ?? at),
    attributes,
    ...(dropped === undefined ? {} : { status: { ...ERROR, message: dropped } }),
  };
}

function text(key: string, value: string): object {
  return { key, value: { stringValue: value } };
}

function number(key: string, value: number): object {
  return { key, value: { doubleValue: value } };
}

function nanos(ms: number): string {
  return String(BigInt(Math.round(ms * 1_000)) * 1_000n);
}

/** `words` times 64 bits of `id`, as hexadecimal digits: the same on every node (FNV-1a, with a seed for each word). */
function hex(id: string, words: number): string {
  let digits = '';
  for (let seed = 0; seed < words * 2; seed++) {
    let hash = 0x811c9dc5 ^ Math.imul(seed, 0x9e3779b1);
    for (let index = 0; index < id.length; index++) hash = Math.imul(hash ^ id.charCodeAt(index), 0x01000193);
    hash ^= hash >>> 15;
    digits += (hash >>> 0).toString(16).padStart(8, '0');
  }
  return digits;
}
