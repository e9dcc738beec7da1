/**
 * Every event, oldest first: a table of any length.
 */
import { clock, count, duration, shortName } from '../model/format.ts';
import { ActorLink, Empty, KindMark } from '../parts/marks.tsx';
import { StartHint } from '../parts/start-hint.tsx';
import { VirtualList } from '../parts/virtual-list.tsx';
import { following, go, matches, place, select, store, version } from '../state.ts';

const ROW_PX = 24;
/** Turns and waits from here on stand out. */
const HOT_MS = 5;

export function EventsView() {
  version.value;
  const { list } = matches;
  const chosen = store.get(place.value.event);
  const selected = chosen === undefined ? -1 : indexOf(list, chosen.at, chosen.order);
  if (store.entries.length === 0) return <StartHint what="Events" />;
  if (list.length === 0) return <Empty title="Nothing fits the search" />;
  const root = chosen === undefined ? null : store.rootOf(chosen);
  return (
    <div class="view events">
      <VirtualList
        label="Events"
        length={list.length}
        rowHeight={ROW_PX}
        head={<Head />}
        selected={selected}
        follow={following.value}
        onFollow={follow => {
          following.value = follow;
        }}
        onSelect={index => select(list[index] ?? null)}
        onOpen={index => {
          const entry = list[index];
          if (entry !== undefined) go({ view: 'sequence', tree: store.rootOf(entry).event.id });
        }}
        row={index => <Row index={index} />}
        attributes={index => {
          const entry = list[index];
          if (entry === undefined) return {};
          return {
            'data-lost': entry.event.dropped === undefined ? undefined : 'true',
            'data-kin': root !== null && root.size > 1 && store.rootOf(entry) === root ? 'true' : undefined,
          };
        }}
      />
    </div>
  );
}

function Head() {
  return (
    <div class="head" aria-hidden="true">
      <span>Posted</span>
      <span>From</span>
      <span>To</span>
      <span>Message</span>
      <span>Kind</span>
      <span class="right">Waited</span>
      <span class="right">Turn</span>
      <span class="right">Depth</span>
      <span class="right">Bytes</span>
    </div>
  );
}

function Row({ index }: { readonly index: number }) {
  const entry = matches.list[index];
  if (entry === undefined) return null;
  const { at, started, ended, from, to, name, kind, depth, bytes } = entry.event;
  return (
    <>
      <span class="time">{clock(at)}</span>
      <span>{from === '' && kind !== 'http' ? <span class="faint">–</span> : <ActorLink pid={from} />}</span>
      <span>{to === '' ? <span class="faint">–</span> : <ActorLink pid={to} />}</span>
      <span class="name" title={name}>
        {shortName(name)}
      </span>
      <KindMark kind={kind} />
      <Time ms={started === null ? null : started - at} />
      <Time ms={started === null || ended === null ? null : ended - started} />
      <span class="number">{depth > 0 ? count(depth) : ''}</span>
      <span class="number">{bytes === null ? '' : count(bytes)}</span>
    </>
  );
}

function Time({ ms }: { readonly ms: number | null }) {
  return <span class={ms !== null && ms >= HOT_MS ? 'number hot' : 'number'}>{ms === null ? '–' : duration(ms)}</span>;
}

/** Where it stands in the list, which is in order of time; -1 when it is not shown. */
function indexOf(list: typeof matches.list, at: number, order: number): number {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const entry = list[middle];
    if (entry !== undefined && (entry.at < at || (entry.at === at && entry.order < order))) low = middle + 1;
    else high = middle;
  }
  return list[low]?.order === order ? low : -1;
}
