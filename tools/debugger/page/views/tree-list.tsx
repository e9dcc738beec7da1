/**
 * Trees to choose from, the newest first.
 */
import { useSignal } from '@preact/signals';
import { idOf } from '../../../../libprocess/trace.ts';
import type { Entry } from '../model/entry.ts';
import { clock, count, shortName } from '../model/format.ts';
import { kindColour } from '../model/palette.ts';
import { newestTrees } from '../model/trees.ts';
import { mark } from '../parts/marks.tsx';
import { go, matches, place, pulse, store } from '../state.ts';

const TREES_SHOWN = 200;

export function TreeList() {
  pulse.value;
  const least = useSignal(2);
  const trees = newestTrees(matches.list, entry => store.rootOf(entry), TREES_SHOWN, least.value);
  const member = store.get(place.value.tree);
  const chosen = member === undefined ? null : store.rootOf(member);
  return (
    <nav class="trees" aria-label="Trees">
      <div class="bar">
        <strong>Trees</strong>
        <span class="grow">newest first</span>
        <label class="actor" title="Trees of fewer events are left out">
          from
          <select
            value={least.value}
            onChange={event => {
              least.value = Number(event.currentTarget.value);
            }}
          >
            {[1, 2, 5, 20, 100].map(size => (
              <option key={size} value={size}>
                {size}
              </option>
            ))}
          </select>
        </label>
      </div>
      <div class="scroll">
        {trees.length === 0 && <p class="empty">None yet.</p>}
        {trees.map(root => (
          <Tree key={root.event.id} root={root} isChosen={root === chosen} />
        ))}
      </div>
    </nav>
  );
}

function Tree({ root, isChosen }: { readonly root: Entry; readonly isChosen: boolean }) {
  const { id, name, from, to, at, kind } = root.event;
  return (
    <button
      type="button"
      class="tree"
      aria-current={isChosen}
      onClick={() => go({ tree: id, event: id, actor: '', since: 0, until: 0 })}
    >
      <span class="title">
        <i class="dot" style={mark(kindColour(kind))} aria-hidden="true" />
        <b>{shortName(name)}</b>
        <span class="size">{count(root.size)}</span>
      </span>
      <span class="sub">
        <span class="grow">
          {from === '' || from === to ? '' : `${idOf(from)} → `}
          {idOf(to)}
        </span>
        <span class="mono">{clock(at)}</span>
      </span>
    </button>
  );
}
