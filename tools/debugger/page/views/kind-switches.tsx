/**
 * Which kinds of events a diagram shows: replies, resumptions and the like can be left out.
 */
import { signal } from '@preact/signals';
import { kindColour } from '../model/palette.ts';
import { mark } from '../parts/marks.tsx';

const SWITCHES: readonly { readonly title: string; readonly kinds: readonly string[] }[] = [
  { title: 'messages', kinds: ['message', 'reply'] },
  { title: 'calls', kinds: ['dispatch'] },
  { title: 'resumptions', kinds: ['resume'] },
  { title: 'timers', kinds: ['timer'] },
  { title: 'http', kinds: ['http', 'request', 'response'] },
  { title: 'streams', kinds: ['write', 'read'] },
  { title: 'lives', kinds: ['initialize', 'terminate', 'exited', 'link'] },
];

export interface Kinds {
  readonly hidden: ReadonlySet<string>;
  toggle(kinds: readonly string[]): void;
}

/** The same in every diagram. */
const hiddenKinds = signal<ReadonlySet<string>>(new Set(['resume']));

export function useKinds(): Kinds {
  return {
    hidden: hiddenKinds.value,
    toggle(kinds) {
      const next = new Set(hiddenKinds.value);
      const isHidden = kinds.every(kind => next.has(kind));
      for (const kind of kinds)
        if (isHidden) next.delete(kind);
        else next.add(kind);
      hiddenKinds.value = next;
    },
  };
}

export function KindSwitches({ kinds }: { readonly kinds: Kinds }) {
  return (
    <fieldset aria-label="Kinds that are shown" class="switches">
      {SWITCHES.map(({ title, kinds: own }) => (
        <button
          key={title}
          type="button"
          class="switch"
          aria-pressed={!own.every(kind => kinds.hidden.has(kind))}
          style={mark(kindColour(own[0] ?? ''))}
          onClick={() => kinds.toggle(own)}
        >
          {title}
        </button>
      ))}
    </fieldset>
  );
}
