/**
 * Who kept the loop busy: turns over time, by node and actor, and who took how much of it.
 *
 * Dragging moves; Ctrl and the wheel, `+` and `-` change the scale; dragging along the axis chooses a span.
 */
import { useSignal } from '@preact/signals';
import { useEffect, useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import { type BusyNode, busyOf, type Share } from '../model/busy.ts';
import { count, duration, shortName } from '../model/format.ts';
import { titleOf } from '../model/nodes.ts';
import { prepare, useSize } from '../parts/canvas.ts';
import { ActorLink, Meter, mark, NodeDot } from '../parts/marks.tsx';
import { StartHint } from '../parts/start-hint.tsx';
import {
  file,
  following,
  go,
  matches,
  nodeColours,
  nodes,
  place,
  present,
  pulse,
  select,
  shownNodes,
  store,
} from '../state.ts';
import { theme } from '../theme.ts';
import { startTracing } from '../tracing.ts';
import {
  AXIS_PX,
  heightOf,
  LABEL_PX,
  paintTimeline,
  type Row,
  rowsOf,
  type TimeSight,
  timeAt,
} from './timeline-painter.ts';

const LIVE_MS = 10_000;
const SPAN_MS = { min: 0.5, max: 3_600_000 };

export function TimelineView() {
  pulse.value;
  const own = useSignal<readonly [since: number, until: number] | null>(null);
  if (store.entries.length === 0) return <StartHint what="Turns" />;
  const [since, until] = spanNow(own.value);
  const busy = busyOf(matches.list, since, until).sort((a, b) => a.node.localeCompare(b.node));
  return (
    <div class="view">
      <div class="bar">
        <strong>
          {own.value === null && file.value === '' ? `The last ${duration(until - since)}` : duration(until - since)}
        </strong>
        <Coarse />
        <span class="grow" />
        <SpanButtons />
        {own.value !== null && (
          <button
            type="button"
            class="button small"
            onClick={() => {
              own.value = null;
              following.value = true;
            }}
          >
            {file.value === '' ? 'Back to now' : 'All of it'}
          </button>
        )}
      </div>
      <div class="timeline">
        <Chart
          busy={busy}
          since={since}
          until={until}
          onMove={span => {
            own.value = span;
          }}
        />
        <Shares busy={busy} span={until - since} />
      </div>
    </div>
  );
}

function spanNow(own: readonly [number, number] | null): readonly [since: number, until: number] {
  if (own !== null) return own;
  const { list } = matches;
  const last = list.at(-1)?.event.at ?? 0;
  if (file.value !== '') return [list[0]?.event.at ?? 0, last + 1];
  const now = present();
  return [now - LIVE_MS, now];
}

/** By slices nobody can tell who took how long. */
function Coarse() {
  const coarse = shownNodes.value.some(({ status }) => status?.on === true && status.settings.times !== 'turn');
  if (!coarse) return null;
  return (
    <span>
      Times are taken by slices of the loop, so turns look shorter or longer than they are.{' '}
      <button type="button" class="button small" onClick={() => startTracing({ times: 'turn' })}>
        Time every turn
      </button>
    </span>
  );
}

function SpanButtons() {
  const { since, until } = place.value;
  if (since === 0 || until === 0) return <span class="faint">Drag along the axis to choose a span.</span>;
  return (
    <>
      <button type="button" class="button small" onClick={() => go({ view: 'sequence', tree: '' })}>
        Sequence of {duration(until - since)}
      </button>
      <button type="button" class="button small quiet" onClick={() => go({ since: 0, until: 0 })}>
        Clear
      </button>
    </>
  );
}

interface ChartProps {
  readonly busy: readonly BusyNode[];
  readonly since: number;
  readonly until: number;
  onMove(span: readonly [since: number, until: number]): void;
}

function Chart({ busy, since, until, onMove }: ChartProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const size = useSize(scroller);
  const scrollTop = useSignal(0);
  const drag = useRef<{
    readonly x: number;
    readonly since: number;
    readonly until: number;
    readonly axis: boolean;
  } | null>(null);
  const rows = useMemo(() => rowsOf(busy), [busy]);
  const { since: from, until: to, event: selected } = place.value;
  const chosen = from > 0 && to > 0 ? ([from, to] as const) : null;
  const titles = (node: string): string => titleOf(nodes.value, node);
  const lateOf = (node: string): number | null => nodes.value.get(node)?.loops.at(-1)?.value.delayP99 ?? null;
  const sight: TimeSight = {
    ...size,
    since,
    until,
    scrollTop: scrollTop.value,
    selected,
    chosen,
    titleOf: titles,
    lateOf,
  };

  useLayoutEffect(() => {
    const context = prepare(canvas.current, size);
    if (context !== null) paintTimeline(context, busy, rows, sight, nodeColours);
  }, [busy, size, since, until, scrollTop.value, selected, from, to, theme.value]);
  useWheel(scroller, sight, onMove);

  const onPointerDown = (event: PointerEvent): void => {
    const [x, y] = pointOf(event);
    if (x < LABEL_PX || event.button !== 0) return;
    drag.current = { x, since, until, axis: y < AXIS_PX };
    (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
  };
  const onPointerMove = (event: PointerEvent): void => {
    const begun = drag.current;
    if (begun === null) return;
    const [x] = pointOf(event);
    if (Math.abs(x - begun.x) < 4) return;
    if (begun.axis) {
      const [a, b] = [timeAt(begun.x, sight), timeAt(x, sight)].sort((one, other) => one - other);
      go({ since: a ?? 0, until: b ?? 0 });
    } else {
      const shift = ((begun.x - x) / Math.max(1, size.width - LABEL_PX)) * (begun.until - begun.since);
      onMove([begun.since + shift, begun.until + shift]);
    }
  };
  const onPointerUp = (event: PointerEvent): void => {
    const begun = drag.current;
    drag.current = null;
    const [x, y] = pointOf(event);
    if (begun !== null && Math.abs(x - begun.x) < 4 && y >= AXIS_PX) hit(busy, rows, x, y, sight);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const zoom = { '+': 0.7, '=': 0.7, '-': 1 / 0.7 }[event.key];
    const shift = { ArrowLeft: -0.2, ArrowRight: 0.2 }[event.key];
    if (zoom !== undefined) onMove(zoomed(sight, (since + until) / 2, zoom));
    else if (shift !== undefined) onMove([since + (until - since) * shift, until + (until - since) * shift]);
    else return;
    event.preventDefault();
  };
  return (
    <div
      ref={scroller}
      class="sequence"
      role="application"
      aria-label="Turns over time"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: keys move and scale it.
      tabIndex={0}
      onScroll={event => {
        scrollTop.value = event.currentTarget.scrollTop;
      }}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerUp={onPointerUp}
      onKeyDown={onKeyDown}
    >
      <canvas ref={canvas} style={{ width: `${size.width}px`, height: `${size.height}px` }} />
      <div style={{ height: `${Math.max(0, heightOf(rows) - size.height)}px` }} />
    </div>
  );
}

/** Not a passive listener: the browser would zoom the whole page. */
function useWheel(
  scroller: { readonly current: HTMLElement | null },
  sight: TimeSight,
  onMove: ChartProps['onMove'],
): void {
  const now = useRef(sight);
  now.current = sight;
  useEffect(() => {
    const element = scroller.current;
    const onWheel = (event: WheelEvent): void => {
      const { since, until } = now.current;
      if (event.ctrlKey || event.metaKey) {
        const [x] = pointOf(event);
        onMove(zoomed(now.current, timeAt(Math.max(LABEL_PX, x), now.current), Math.exp(event.deltaY / 300)));
      } else if (Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
        const shift = (event.deltaX / Math.max(1, now.current.width - LABEL_PX)) * (until - since);
        onMove([since + shift, until + shift]);
      } else return;
      event.preventDefault();
    };
    element?.addEventListener('wheel', onWheel, { passive: false });
    return () => element?.removeEventListener('wheel', onWheel);
  }, []);
}

function zoomed({ since, until }: TimeSight, about: number, factor: number): readonly [number, number] {
  const span = until - since;
  const bounded = Math.min(SPAN_MS.max, Math.max(SPAN_MS.min, span * factor)) / span;
  return [about - (about - since) * bounded, about + (until - about) * bounded];
}

function pointOf(event: MouseEvent): readonly [x: number, y: number] {
  const { left, top } = (event.currentTarget as HTMLElement).getBoundingClientRect();
  return [event.clientX - left, event.clientY - top];
}

/** The turn that is there, or the nearest of the row. */
function hit(busy: readonly BusyNode[], rows: readonly Row[], x: number, y: number, sight: TimeSight): void {
  const row = rows.find(({ top, height }) => y + sight.scrollTop >= top && y + sight.scrollTop < top + height);
  if (row === undefined) return;
  const at = timeAt(x, sight);
  const turns = busy.find(({ node }) => node === row.node)?.turns ?? [];
  const own = row.pid === '' ? turns : turns.filter(({ entry }) => entry.event.to === row.pid);
  const distance = (turn: (typeof own)[number]): number => Math.max(turn.started - at, at - turn.ended, 0);
  const nearest = own.reduce<(typeof own)[number] | null>(
    (best, turn) => (best === null || distance(turn) < distance(best) ? turn : best),
    null,
  );
  if (nearest !== null) select(nearest.entry);
}

const SHARES_SHOWN = 8;

function Shares({ busy, span }: { readonly busy: readonly BusyNode[]; readonly span: number }) {
  return (
    <aside class="shares" aria-label="Who kept the loop busy">
      {busy.map(({ node, shares, busy: ms }) => (
        <section key={node} style={mark(nodeColours.of(node))}>
          <h3>
            <span class="actor">
              <NodeDot node={node} /> {titleOf(nodes.value, node)}
            </span>
            <span class="faint">{duration(ms)}</span>
          </h3>
          {shares.slice(0, SHARES_SHOWN).map(share => (
            <ShareRow key={share.pid} share={share} of={shares[0]?.busy ?? span} />
          ))}
        </section>
      ))}
    </aside>
  );
}

function ShareRow({
  share: { pid, busy, turns, slowest, slowestMs },
  of,
}: {
  readonly share: Share;
  readonly of: number;
}) {
  return (
    <div class="share">
      <ActorLink pid={pid} />
      <Meter share={of > 0 ? busy / of : 0} label={`${duration(busy)} in turns`} />
      <span class="number">{duration(busy)}</span>
      <button
        type="button"
        class="link faint"
        title={`Its slowest turn: ${slowest?.event.name ?? ''}`}
        onClick={() => select(slowest)}
      >
        {count(turns)} turns, {shortName(slowest?.event.name ?? '')} {duration(slowestMs)}
      </button>
    </div>
  );
}
