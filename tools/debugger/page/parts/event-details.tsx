/**
 * One event: where from and where to, when, what it carried, what caused it and what it caused.
 */
import type { TraceEvent } from '../../../../libprocess/trace.ts';
import type { Entry } from '../model/entry.ts';
import { bytes, clock, count, duration, shortName } from '../model/format.ts';
import { titleOf } from '../model/nodes.ts';
import { kindColour } from '../model/palette.ts';
import { wordFor } from '../model/query.ts';
import { file, go, nodes, pulse, select, store, toggleFilter } from '../state.ts';
import { useAsked } from './asked.ts';
import { BreakButton } from './controls.tsx';
import { JsonView } from './json-view.tsx';
import { ActorLink, KindMark, mark, NodeDot } from './marks.tsx';

const EFFECTS_SHOWN = 40;

export function EventDetails({ id }: { readonly id: string }) {
  pulse.value;
  const entry = store.get(id);
  if (entry === undefined) return <p class="dim">This event is not here (any more): {id}</p>;
  const root = store.rootOf(entry);
  return (
    <>
      <Facts event={entry.event} />
      <div class="buttons">
        <button type="button" class="button small" onClick={() => go({ view: 'sequence', tree: root.event.id })}>
          Sequence of its tree ({count(root.size)})
        </button>
        <button type="button" class="button small" onClick={() => toggleFilter(wordFor('name', entry.event.name))}>
          Filter by name
        </button>
        <BreakButton event={entry.event} />
      </div>
      <Payload event={entry.event} />
      <Kin title="Cause" entries={entry.parent === null ? [] : [entry.parent]} none={noCause(entry)} />
      <Kin title="Effects" entries={entry.children} none="Nothing that was traced." />
    </>
  );
}

function Facts({ event }: { readonly event: TraceEvent }) {
  const { kind, from, to, node, at, started, ended, depth, dropped } = event;
  return (
    <dl>
      <dt>Kind</dt>
      <dd>
        <KindMark kind={kind} />
      </dd>
      <dt>From</dt>
      <dd>{from === '' ? <span class="faint">no actor</span> : <ActorLink pid={from} />}</dd>
      <dt>To</dt>
      <dd>{to === '' ? <span class="faint">no actor</span> : <ActorLink pid={to} />}</dd>
      <dt>Seen by</dt>
      <dd>
        <span class="actor">
          <NodeDot node={node} /> {titleOf(nodes.value, node)}
        </span>
      </dd>
      <dt>Posted</dt>
      <dd class="mono">{clock(at)}</dd>
      <dt>Waited</dt>
      <dd>
        {started === null ? 'not served here' : duration(started - at)}
        {depth > 0 && <span class="dim">, behind {count(depth)} others</span>}
      </dd>
      <dt>Turn</dt>
      <dd>{started === null || ended === null ? '–' : duration(ended - started)}</dd>
      {event.bytes !== null && (
        <>
          <dt>On the wire</dt>
          <dd>{bytes(event.bytes)}</dd>
        </>
      )}
      {dropped !== undefined && (
        <>
          <dt>Lost</dt>
          <dd class="bad">{dropped}</dd>
        </>
      )}
      <dt>Id</dt>
      <dd class="mono dim">{event.id}</dd>
    </dl>
  );
}

/** Asked from the node that saw it, unless the file that was loaded has it. */
function Payload({ event }: { readonly event: TraceEvent }) {
  const isHere = 'body' in event;
  const isLive = file.value === '';
  const answer = useAsked(event.node, isHere || !isLive ? null : { do: 'event', id: event.id });
  const body = isHere ? event.body : (answer.value as TraceEvent | null | undefined)?.body;
  return (
    <section>
      <h3>Payload</h3>
      {body !== undefined && body !== null && <JsonView value={body} />}
      {(body === undefined || body === null) && <p class="dim">{why(isHere, isLive, answer)}</p>}
    </section>
  );
}

function why(isHere: boolean, isLive: boolean, answer: { readonly error: string; readonly done: boolean }): string {
  if (answer.error !== '') return answer.error;
  if (!isHere && !isLive) return 'The file was saved without payloads.';
  return isHere || answer.done ? 'None, or not kept any more.' : 'Asking…';
}

function noCause({ event }: Entry): string {
  if (event.cause === null) return event.kind === 'timer' ? 'The clock.' : 'None: a beginning.';
  return event.kind === 'timer' ? 'The clock; it was set by an earlier turn.' : 'An event that is not here.';
}

function Kin({ title, entries, none }: { title: string; entries: readonly Entry[]; none: string }) {
  return (
    <section>
      <h3>
        {title}
        {entries.length > 1 && <span class="faint">{count(entries.length)}</span>}
      </h3>
      {entries.length === 0 && <p class="dim">{none}</p>}
      <ul>
        {entries.slice(0, EFFECTS_SHOWN).map(entry => (
          <li key={entry.event.id}>
            <i class="dot" style={mark(kindColour(entry.event.kind))} aria-hidden="true" />
            <button type="button" class="link" onClick={() => select(entry)}>
              {shortName(entry.event.name)}
            </button>
            <span class="faint">{entry.event.to === '' ? '' : '→'}</span>
            <ActorLink pid={entry.event.to} />
          </li>
        ))}
      </ul>
      {entries.length > EFFECTS_SHOWN && <p class="more">and {count(entries.length - EFFECTS_SHOWN)} more</p>}
    </section>
  );
}
