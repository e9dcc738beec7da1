/**
 * The sequence diagram of a tree, or of all that happened in a span of time; beside it the trees to choose from.
 *
 * It scrolls as any page does; only what is in sight is painted. Ctrl and the wheel, `+` and `-` change its scale.
 */
import { useSignal } from '@preact/signals';
import { useEffect, useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import { type Entry, entriesOf } from '../model/entry.ts';
import { count, duration, shortName } from '../model/format.ts';
import { type Arrow, layOut, ROWS_MAX, type Sequence } from '../model/lanes.ts';
import { prepare, useSize } from '../parts/canvas.ts';
import { Empty } from '../parts/marks.tsx';
import { go, matches, nodeColours, place, pulse, select, store } from '../state.ts';
import { theme } from '../theme.ts';
import { KindSwitches, useKinds } from './kind-switches.tsx';
import { GUTTER_PX, HEAD_PX, laneX, paintSequence, type Sight } from './sequence-painter.ts';
import { TreeList } from './tree-list.tsx';

const ROW_PX = { min: 5, usual: 26, max: 44 };
const LANE_PX = { min: 60, usual: 132, max: 280 };

export function SequenceView() {
  pulse.value;
  const { tree, since, until } = place.value;
  const kinds = useKinds();
  const entries = chosenEntries(tree, since, until);
  const shown = useMemo(() => entries.filter(({ event }) => !kinds.hidden.has(event.kind)), [entries, kinds.hidden]);
  const sequence = useMemo(() => layOut(shown), [shown]);
  return (
    <div class="view" style={{ flexDirection: 'row' }}>
      <TreeList />
      <div class="view">
        <div class="bar">
          <Title entries={entries} sequence={sequence} />
          <span class="grow" />
          <KindSwitches kinds={kinds} />
        </div>
        {sequence.arrows.length === 0 ? (
          <NothingChosen chosen={tree !== '' || since > 0} />
        ) : (
          <Diagram sequence={sequence} />
        )}
      </div>
    </div>
  );
}

/** The entries of the chosen tree or span; the same array as long as nothing came to it. */
function chosenEntries(tree: string, since: number, until: number): readonly Entry[] {
  const member = store.get(tree);
  if (member !== undefined) {
    const root = store.rootOf(member);
    return remembered(`${root.event.id} ${root.size} ${store.forgotten}`, () => entriesOf(root));
  }
  if (since <= 0) return NONE;
  const end = until > 0 ? until : Number.POSITIVE_INFINITY;
  const { list } = matches;
  return remembered(`${since} ${end} ${list.length} ${place.value.query} ${store.forgotten}`, () =>
    list.filter(({ event }) => event.at >= since && event.at <= end).slice(0, ROWS_MAX * 2),
  );
}

const NONE: readonly Entry[] = [];
let memory: { readonly key: string; readonly entries: readonly Entry[] } = { key: '', entries: NONE };

function remembered(key: string, make: () => readonly Entry[]): readonly Entry[] {
  if (memory.key !== key) memory = { key, entries: make() };
  return memory.entries;
}

function Title({ entries, sequence }: { readonly entries: readonly Entry[]; readonly sequence: Sequence }) {
  const [root] = entries;
  if (root === undefined) return <span>Choose a tree, or drag a span in the timeline.</span>;
  const { times, lanes, arrows, left } = sequence;
  const length = (times.at(-1) ?? 0) - (times[0] ?? 0);
  const { tree, since } = place.value;
  return (
    <>
      <strong>{tree === '' && since > 0 ? 'A span of time' : shortName(root.event.name)}</strong>
      <span>
        {count(arrows.length)} messages · {lanes.length} actors · {duration(length)}
        {left > 0 && <span class="bad"> · {count(left)} more are left out</span>}
      </span>
    </>
  );
}

function NothingChosen({ chosen }: { readonly chosen: boolean }) {
  if (chosen)
    return <Empty title="Nothing of it is shown">Its kinds are switched off, or it is not here any more.</Empty>;
  return (
    <Empty title="No tree chosen">
      A tree is all that one request, timer or message led to, over all nodes. Choose one at the left, or any event and
      press <kbd>s</kbd>.
    </Empty>
  );
}

function Diagram({ sequence }: { readonly sequence: Sequence }) {
  const scroller = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const size = useSize(scroller);
  const scroll = useSignal({ left: 0, top: 0 });
  const zoom = useSignal(1);
  const hover = useSignal(-1);
  const selected = place.value.event;
  const sight: Sight = {
    ...size,
    scrollLeft: scroll.value.left,
    scrollTop: scroll.value.top,
    rowPx: clamp(ROW_PX.usual * zoom.value, ROW_PX),
    lanePx: laneWidth(sequence.lanes.length, size.width, zoom.value),
    selected,
    hover: hover.value,
  };

  useLayoutEffect(() => {
    const context = prepare(canvas.current, size);
    if (context !== null) paintSequence(context, sequence, sight, nodeColours);
  }, [sequence, size, scroll.value, zoom.value, hover.value, selected, theme.value]);

  useEffect(() => revealArrow(scroller.current, sequence, sight), [selected, sequence]);

  const onWheel = (event: WheelEvent): void => {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    zoom.value = Math.min(2, Math.max(0.18, zoom.value * Math.exp(-event.deltaY / 300)));
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = STEPS[event.key];
    if (event.key === '+' || event.key === '=') zoom.value = Math.min(2, zoom.value * 1.25);
    else if (event.key === '-') zoom.value = Math.max(0.18, zoom.value / 1.25);
    else if (step !== undefined) select(stepFrom(sequence, selected, step)?.entry ?? null);
    else return;
    event.preventDefault();
  };
  return (
    <div
      ref={scroller}
      class="sequence"
      role="application"
      aria-label={`Sequence diagram of ${sequence.arrows.length} messages between ${sequence.lanes.length} actors`}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: the arrow keys choose messages in it.
      tabIndex={0}
      onScroll={event => {
        scroll.value = { left: event.currentTarget.scrollLeft, top: event.currentTarget.scrollTop };
      }}
      onWheel={onWheel}
      onKeyDown={onKeyDown}
      onMouseMove={event => {
        hover.value = rowAt(event, sight, sequence);
      }}
      onMouseLeave={() => {
        hover.value = -1;
      }}
      onClick={event => clicked(event, sight, sequence)}
    >
      <canvas ref={canvas} style={{ width: `${size.width}px`, height: `${size.height}px` }} />
      <div
        style={{
          width: `${GUTTER_PX + sight.lanePx * sequence.lanes.length}px`,
          height: `${HEAD_PX + sight.rowPx * sequence.times.length + 24 - size.height}px`,
        }}
      />
    </div>
  );
}

const STEPS: Record<string, number> = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 };

function stepFrom({ arrows }: Sequence, selected: string, step: number): Arrow | undefined {
  const index = arrows.findIndex(arrow => isOf(arrow, selected));
  return arrows[Math.min(arrows.length - 1, Math.max(0, index < 0 ? 0 : index + step))];
}

function isOf({ entry, sent }: Arrow, id: string): boolean {
  return entry.event.id === id || sent?.event.id === id;
}

function pointOf(event: MouseEvent): readonly [x: number, y: number] {
  const { left, top } = (event.currentTarget as HTMLElement).getBoundingClientRect();
  return [event.clientX - left, event.clientY - top];
}

function rowAt(event: MouseEvent, sight: Sight, { times }: Sequence): number {
  const [, y] = pointOf(event);
  const row = Math.floor((y - HEAD_PX - 6 + sight.scrollTop) / sight.rowPx);
  return y < HEAD_PX || row < 0 || row >= times.length ? -1 : row;
}

/** An arrow of the row that was hit, the one whose line is nearest; or the actor at the head of a lane. */
function clicked(event: MouseEvent, sight: Sight, sequence: Sequence): void {
  const [x, y] = pointOf(event);
  if (y < HEAD_PX) {
    const lane = sequence.lanes[Math.floor((x - GUTTER_PX + sight.scrollLeft) / sight.lanePx)];
    if (lane !== undefined && lane.pid !== '') go({ actor: lane.pid, event: '' });
    return;
  }
  const row = rowAt(event, sight, sequence);
  const hit = sequence.arrows
    .filter(arrow => arrow.rowFrom <= row && arrow.row >= row)
    .sort((a, b) => distance(a, x, row, sight) - distance(b, x, row, sight))[0];
  if (hit !== undefined) select(hit.entry);
}

function distance(arrow: Arrow, x: number, row: number, sight: Sight): number {
  const [left, right] = [laneX(arrow.from, sight), laneX(arrow.to, sight)].sort((a, b) => a - b) as [number, number];
  const beside = x < left ? left - x : x > right ? x - right : 0;
  return beside + Math.abs(arrow.row - row) * sight.rowPx;
}

function revealArrow(scroller: HTMLElement | null, sequence: Sequence, sight: Sight): void {
  const arrow = sequence.arrows.find(each => isOf(each, sight.selected));
  if (scroller === null || arrow === undefined) return;
  const top = arrow.row * sight.rowPx;
  const room = scroller.clientHeight - HEAD_PX - sight.rowPx * 2;
  if (top < scroller.scrollTop) scroller.scrollTop = top - sight.rowPx;
  else if (top > scroller.scrollTop + room) scroller.scrollTop = top - room;
}

/** Few lanes share the whole width. */
function laneWidth(lanes: number, width: number, zoom: number): number {
  const usual = clamp(LANE_PX.usual * Math.sqrt(zoom), LANE_PX);
  return Math.max(usual, Math.min(LANE_PX.max, (width - GUTTER_PX) / Math.max(1, lanes)));
}

function clamp(value: number, { min, max }: { readonly min: number; readonly max: number }): number {
  return Math.min(max, Math.max(min, value));
}
