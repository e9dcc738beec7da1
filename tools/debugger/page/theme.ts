/**
 * Dark or light: as the system wishes, or as the switch says.
 */
import { computed, effect, signal } from '@preact/signals';
import { go, place } from './state.ts';

const wish = window.matchMedia('(prefers-color-scheme: dark)');
const wishesDark = signal(wish.matches);

export const theme = computed<'light' | 'dark'>(() => {
  const { theme: chosen } = place.value;
  return chosen === 'auto' ? (wishesDark.value ? 'dark' : 'light') : chosen;
});

export function followTheme(): void {
  wish.addEventListener('change', () => {
    wishesDark.value = wish.matches;
  });
  effect(() => {
    document.documentElement.dataset['theme'] = theme.value;
  });
}

/** The other one; back to the system's wish where that is the same. */
export function switchTheme(): void {
  const other = theme.value === 'dark' ? 'light' : 'dark';
  const wished = wishesDark.value ? 'dark' : 'light';
  go({ theme: other === wished ? 'auto' : other });
}
