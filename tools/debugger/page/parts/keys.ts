/**
 * Keys that work everywhere in the page; lists and diagrams have their own besides.
 */
import { VIEWS } from '../model/place.ts';
import { following, go, paused, place, select, setPaused, store } from '../state.ts';
import { switchTheme } from '../theme.ts';
import { helpOpen } from './help.tsx';

const KEYS: Record<string, () => void> = {
  '/': () => document.querySelector<HTMLInputElement>('#search')?.focus(),
  '?': () => {
    helpOpen.value = true;
  },
  t: switchTheme,
  f: () => {
    following.value = !following.value;
  },
  s: () => {
    const entry = store.get(place.value.event);
    if (entry !== undefined) go({ view: 'sequence', tree: store.rootOf(entry).event.id });
  },
  '[': () => {
    const parent = store.get(place.value.event)?.parent ?? null;
    if (parent !== null) select(parent);
  },
  ']': () => {
    const child = store.get(place.value.event)?.children[0];
    if (child !== undefined) select(child);
  },
  ' ': () => setPaused(!paused.value),
  Escape: () => go({ event: '', actor: '' }),
};

export function listenToKeys(): void {
  window.addEventListener('keydown', event => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || helpOpen.value) return;
    const target = event.target as HTMLElement;
    if (/^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName)) {
      if (event.key === 'Escape') target.blur();
      return;
    }
    // Space and Enter press the button that has the focus.
    if (event.key === ' ' && target.tagName === 'BUTTON') return;
    const view = VIEWS[Number(event.key) - 1];
    const act = view === undefined ? KEYS[event.key] : () => go({ view });
    if (act === undefined) return;
    event.preventDefault();
    act();
  });
}
