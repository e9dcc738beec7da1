/**
 * The line at the bottom: the connection, how much there is, and how much is missing.
 */
import type { ComponentChildren } from 'preact';
import { idOf } from '../../../../libprocess/trace.ts';
import { count, digits } from '../model/format.ts';
import { placeIn } from '../model/store.ts';
import {
  connected,
  file,
  following,
  intake,
  nodes,
  notice,
  paused,
  place,
  pulse,
  selectActor,
  shownNodes,
  store,
} from '../state.ts';

const RATE_SPAN_MS = 5_000;

const STATES = { connecting: 'connecting…', open: 'live', waiting: 'not connected, trying again', closed: 'closed' };

export function StatusBar() {
  pulse.value;
  const all = [...nodes.value.values()];
  const skipped = all.reduce((sum, node) => sum + node.skipped, intake.skipped);
  const forgotten = all.reduce((sum, { status }) => sum + (status?.forgotten ?? 0), 0);
  const gone = all.filter(node => node.gone !== null).length;
  return (
    <footer class="status">
      <span>
        <i class={`lamp ${file.value === '' ? connected.value : ''}`} />
        {file.value === '' ? STATES[connected.value] : 'a saved trace'}
      </span>
      <span>{count(store.entries.length)} events</span>
      <span>{digits(rate())}/s</span>
      {paused.value && <span>frozen, {count(intake.waiting)} wait</span>}
      <Missing
        number={skipped}
        title="Events that were not sent to this page, or not taken in, because it was too slow"
      >
        skipped
      </Missing>
      <Missing number={forgotten} title="Events that nodes have written over in their rings">
        forgotten by nodes
      </Missing>
      <Missing number={store.forgotten} title="The oldest events, which this page has let go">
        let go here
      </Missing>
      {gone > 0 && (
        <span title="Nodes that cannot be reached any more">{gone === 1 ? '1 node' : `${gone} nodes`} gone</span>
      )}
      <Standing />
      <span class="grow" />
      {notice.value !== '' && (
        <button
          type="button"
          class="link bad"
          title="Click to dismiss"
          onClick={() => {
            notice.value = '';
          }}
        >
          {notice.value}
        </button>
      )}
      {place.value.view === 'events' && (
        <span>{following.value ? 'following the newest' : 'f follows the newest'}</span>
      )}
    </footer>
  );
}

/** Whoever stands still holds up others: one should not have to look for it. */
function Standing() {
  const all = shownNodes.value.flatMap(({ address, held }) => held.map(each => ({ address, ...each })));
  const [first] = all;
  if (first === undefined) return null;
  const others = all.length > 1 ? ` and ${count(all.length - 1)} more` : '';
  return (
    <button type="button" class="link bad" onClick={() => selectActor(`${idOf(first.actor)}@${first.address}`)}>
      {idOf(first.actor)}
      {others} {all.length > 1 ? 'stand still' : 'stands still'}
    </button>
  );
}

function Missing({ number, title, children }: { number: number; title: string; children: ComponentChildren }) {
  if (number === 0) return null;
  return (
    <span class="bad" title={title}>
      {count(number)} {children}
    </span>
  );
}

/** Events a second, of late. */
function rate(): number {
  const { entries } = store;
  const newest = entries.at(-1);
  if (newest === undefined) return 0;
  const since = newest.event.at - RATE_SPAN_MS;
  const span = Math.min(RATE_SPAN_MS, newest.event.at - (entries[0]?.event.at ?? 0));
  return span <= 0 ? 0 : ((entries.length - placeIn(entries, since)) / span) * 1_000;
}
