/**
 * Keys and search words, over the page.
 */
import { signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';

export const helpOpen = signal(false);

const KEYS: readonly (readonly [string, string])[] = [
  ['1 … 6', 'map, actors, events, sequence, timeline, nodes'],
  ['/', 'search'],
  ['↑ ↓', 'the event before, the event after'],
  ['[ ]', 'the cause; the first effect'],
  ['s  Enter', 'the sequence of the selected event’s tree'],
  ['space', 'freeze the picture, go on'],
  ['f', 'follow the newest'],
  ['+ −', 'scale of a diagram; also Ctrl and the wheel'],
  ['t', 'dark or light'],
  ['Esc', 'close what is open'],
];

const WORDS: readonly (readonly [string, string])[] = [
  ['RunTask', 'the text, in the name or at either end'],
  ['actor:master', 'also from: to: name: kind: node: cause: id:'],
  ['kind:message,reply', 'one of several'],
  ['actor=slave*', 'the whole name, * at its ends'],
  ['-kind:timer', 'all but these'],
  ['slow:5  wait:20', 'turns, waits of so many ms at least'],
  ['is:dropped  is:open', 'lost; not over yet; also is:remote'],
];

export function Help() {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (helpOpen.value) dialog.current?.showModal();
    else dialog.current?.close();
  }, [helpOpen.value]);
  return (
    <dialog
      ref={dialog}
      class="help"
      aria-label="Help"
      onClose={() => {
        helpOpen.value = false;
      }}
    >
      <div>
        <section>
          <h2>Keys</h2>
          <Rows rows={KEYS} />
        </section>
        <section>
          <h2>Search</h2>
          <Rows rows={WORDS} />
          <p class="dim">
            Words are joined by “and”. The address of this page holds the view, the search and the selection: whoever
            opens it sees the same.
          </p>
        </section>
      </div>
      <form method="dialog">
        <button type="submit" class="button small">
          Close
        </button>
      </form>
    </dialog>
  );
}

function Rows({ rows }: { readonly rows: readonly (readonly [string, string])[] }) {
  return (
    <dl>
      {rows.map(([key, text]) => (
        <div key={key}>
          <dt>
            {key.split(/ {2}/).map(each => (
              <kbd key={each}>{each}</kbd>
            ))}
          </dt>
          <dd>{text}</dd>
        </div>
      ))}
    </dl>
  );
}
