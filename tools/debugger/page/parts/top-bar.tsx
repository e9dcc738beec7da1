/**
 * The bar at the top: views, search, pause, dark and light, help.
 */
import { count } from '../model/format.ts';
import { VIEWS, type View } from '../model/place.ts';
import { file, go, matches, paused, place, pulse, setPaused, shownNodes, store } from '../state.ts';
import { switchTheme, theme } from '../theme.ts';
import { helpOpen } from './help.tsx';

export const VIEW_TITLES: Record<View, string> = {
  map: 'Map',
  actors: 'Actors',
  events: 'Events',
  sequence: 'Sequence',
  timeline: 'Timeline',
  nodes: 'Nodes',
};

export function TopBar() {
  return (
    <header class="top">
      <Brand />
      <div class="tabs" role="tablist" aria-label="Views">
        {VIEWS.map(view => (
          <button
            key={view}
            type="button"
            role="tab"
            class="tab"
            aria-selected={place.value.view === view}
            onClick={() => go({ view })}
          >
            {VIEW_TITLES[view]}
          </button>
        ))}
      </div>
      <Search />
      <button
        type="button"
        class="button"
        aria-pressed={paused.value}
        title="Let the picture stand still; what happens meanwhile comes later (space)"
        onClick={() => setPaused(!paused.value)}
      >
        {paused.value ? 'Go on' : 'Freeze'}
      </button>
      <button
        type="button"
        class="button quiet"
        aria-label="Dark or light"
        title="Dark or light (t)"
        onClick={switchTheme}
      >
        {theme.value === 'dark' ? '☾' : '☀'}
      </button>
      <button
        type="button"
        class="button quiet"
        aria-label="Help"
        title="Keys and search (?)"
        onClick={() => {
          helpOpen.value = true;
        }}
      >
        ?
      </button>
    </header>
  );
}

function Brand() {
  const names = shownNodes.value.filter(({ gone }) => gone === null).length;
  return (
    <span class="brand">
      <svg
        width="16"
        height="16"
        viewBox="0 0 16 16"
        fill="none"
        stroke="currentColor"
        stroke-width="1.6"
        aria-hidden="true"
      >
        <path d="M4 1.5v13M12 1.5v13M4.5 5H11M11.5 11H5" />
      </svg>
      Debugger
      <small>{file.value !== '' ? file.value : names === 1 ? '1 node' : `${names} nodes`}</small>
    </span>
  );
}

function Search() {
  pulse.value;
  const { query } = place.value;
  return (
    <div class="search">
      <input
        id="search"
        type="search"
        aria-label="Search and filter"
        placeholder="Search: actor:master kind:message -kind:timer slow:5"
        spellcheck={false}
        autocomplete="off"
        value={query}
        onInput={event => go({ query: event.currentTarget.value })}
      />
      {query !== '' && (
        <>
          <span class="count">
            {count(matches.list.length)} of {count(store.entries.length)}
          </span>
          <button type="button" class="link" aria-label="Clear the search" onClick={() => go({ query: '' })}>
            ✕
          </button>
        </>
      )}
      {query === '' && <kbd>/</kbd>}
    </div>
  );
}
