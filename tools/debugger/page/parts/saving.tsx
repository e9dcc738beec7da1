/**
 * Saving what is shown, in the formats of other tools, and opening what was saved.
 */
import { sequenceDiagram, type TraceEvent, toChromeTrace, toOtlp } from '../../../../libprocess/trace.ts';
import { entriesOf } from '../model/entry.ts';
import { count } from '../model/format.ts';
import { parseLines, printLines } from '../model/saved.ts';
import { clearEvents, matches, notice, openSaved, place, pulse, store } from '../state.ts';

/** A text diagram of more lines nobody reads. */
const STEPS_MAX = 5_000;

const FORMATS: readonly {
  readonly title: string;
  readonly file: string;
  readonly type: string;
  readonly hint: string;
  print(events: readonly TraceEvent[]): string;
}[] = [
  {
    title: 'Trace (JSON lines)',
    file: 'trace.jsonl',
    type: 'application/x-ndjson',
    hint: 'to be opened here again',
    print: printLines,
  },
  {
    title: 'Chrome trace',
    file: 'trace.chrome.json',
    type: 'application/json',
    hint: 'for ui.perfetto.dev',
    print: events => JSON.stringify(toChromeTrace(events)),
  },
  {
    title: 'OpenTelemetry',
    file: 'trace.otlp.json',
    type: 'application/json',
    hint: 'OTLP/JSON, for Jaeger or Tempo',
    print: events => JSON.stringify(toOtlp(events)),
  },
  {
    title: 'Sequence (text)',
    file: 'sequence.txt',
    type: 'text/plain',
    hint: 'of the chosen tree, or of all',
    print: events => `${sequenceDiagram(events.slice(0, STEPS_MAX))}\n`,
  },
];

export function Saving() {
  pulse.value;
  const { length } = matches.list;
  return (
    <>
      <h3>Save</h3>
      <p>{count(length)} events, as the search leaves them.</p>
      <div class="buttons">
        {FORMATS.map(format => (
          <button
            key={format.file}
            type="button"
            class="button small"
            title={format.hint}
            disabled={length === 0}
            onClick={() => save(format.file, format.type, format.print(eventsFor(format.file)))}
          >
            {format.title}
          </button>
        ))}
      </div>
      <h3>Open</h3>
      <p>A saved trace (JSON lines) instead of what is live.</p>
      <div class="buttons">
        <label class="button small">
          Choose a file…
          <input type="file" class="sr-only" accept=".jsonl,.ndjson,.json,.txt,.log" onChange={event => open(event)} />
        </label>
        <button type="button" class="button small" disabled={store.entries.length === 0} onClick={clearEvents}>
          Forget all events
        </button>
      </div>
    </>
  );
}

function eventsFor(name: string): TraceEvent[] {
  const member = store.get(place.value.tree);
  const entries = name.endsWith('.txt') && member !== undefined ? entriesOf(store.rootOf(member)) : matches.list;
  return entries.map(({ event }) => event).sort((a, b) => a.at - b.at);
}

function save(name: string, type: string, text: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}

async function open(event: Event & { readonly currentTarget: HTMLInputElement }): Promise<void> {
  const [chosen] = event.currentTarget.files ?? [];
  if (chosen === undefined) return;
  const { events, bad } = parseLines(await chosen.text());
  if (bad > 0) notice.value = `${count(bad)} lines of ${chosen.name} are no events`;
  openSaved(chosen.name, events);
}
