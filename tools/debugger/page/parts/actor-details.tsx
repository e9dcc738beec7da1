/**
 * One actor: how it does, what waits in its mailbox, its fields, whom it is linked to, its slowest handlers.
 */
import { addressOf, type Held, idOf, type TraceEvent } from '../../../../libprocess/trace.ts';
import { count, digits, duration, shortName } from '../model/format.ts';
import { titleOf } from '../model/nodes.ts';
import { wordFor } from '../model/query.ts';
import { file, go, nodes, pulse, toggleFilter } from '../state.ts';
import { ActorRules } from './actor-rules.tsx';
import { useAsked } from './asked.ts';
import { ActorControls } from './controls.tsx';
import { JsonView } from './json-view.tsx';
import { ActorLink, KindMark, NodeDot } from './marks.tsx';

const MAILBOX_SHOWN = 50;

/** What a node answers to `inspect`, as far as it tells. */
interface Inspected {
  readonly mailbox?: readonly Partial<TraceEvent>[];
  /** How many wait in all. */
  readonly waiting?: number;
  /** Null where control is not allowed. */
  readonly fields?: Readonly<Record<string, unknown>> | null;
}

export function ActorDetails({ pid }: { readonly pid: string }) {
  pulse.value;
  const [address, id] = [addressOf(pid), idOf(pid)];
  const node = nodes.value.get(address);
  const report = node?.actors.find(actor => actor.id === id);
  const held = node?.held.find(({ actor }) => idOf(actor) === id);
  const paused = report?.paused === true || held !== undefined;
  return (
    <>
      <dl>
        <dt>Node</dt>
        <dd>
          <span class="actor">
            <NodeDot node={address} /> {titleOf(nodes.value, address)}
            <span class="faint mono">{address}</span>
          </span>
        </dd>
        {report !== undefined && (
          <>
            <dt>Class</dt>
            <dd>{report.type}</dd>
            <dt>Mailbox</dt>
            <dd>{count(report.mailbox)} waiting</dd>
            <dt>Turns</dt>
            <dd>
              {report.turns === null ? 'not traced' : count(report.turns)}
              <span class="dim"> {digits(node?.rates.get(id) ?? 0)}/s</span>
            </dd>
            <dt>Busy</dt>
            <dd>{duration(report.busy)}</dd>
          </>
        )}
      </dl>
      {held !== undefined && <Standing held={held} />}
      <div class="buttons">
        <button type="button" class="button small" onClick={() => toggleFilter(wordFor('actor', pid))}>
          Filter by actor
        </button>
        <button type="button" class="button small" onClick={() => go({ view: 'events', query: wordFor('actor', pid) })}>
          Its events
        </button>
      </div>
      <ActorControls node={address} actor={id} paused={paused} />
      {file.value === '' && <Inside node={address} actor={id} again={node?.loops.at(-1)?.at ?? 0} />}
      {report !== undefined && report.slowest.length > 0 && <Slowest handlers={report.slowest} />}
      {report !== undefined && report.links.length > 0 && (
        <section>
          <h3>Linked to</h3>
          <ul>
            {report.links.map(link => (
              <li key={link}>
                <ActorLink pid={link} />
              </li>
            ))}
          </ul>
        </section>
      )}
      <ActorRules node={address} actor={id} />
    </>
  );
}

function Standing({ held }: { readonly held: Held }) {
  return (
    <p>
      <span class="tag held">{held.because === 'break' ? 'at a breakpoint' : 'paused'}</span>{' '}
      {held.next === null ? 'nothing waits' : `next: ${shortName(held.next.name)}`}
    </p>
  );
}

/** Asked again with each report of the node's actors, so that a mailbox is seen to grow. */
function Inside({ node, actor, again }: { node: string; actor: string; again: number }) {
  const { value, error, done } = useAsked(node, { do: 'inspect', actor }, again);
  const { mailbox = [], waiting = mailbox.length, fields = null } = (value ?? {}) as Inspected;
  return (
    <>
      <section>
        <h3>
          Mailbox <span class="faint">{count(waiting)}</span>
        </h3>
        {error !== '' && <p class="bad">{error}</p>}
        {error === '' && mailbox.length === 0 && <p class="dim">{done ? 'Empty.' : 'Asking…'}</p>}
        <ul aria-label={`Mailbox of ${actor}`} class="mailbox">
          {mailbox.slice(0, MAILBOX_SHOWN).map((event, index) => (
            <Waiting key={event.id ?? index} event={event} />
          ))}
        </ul>
        {waiting > MAILBOX_SHOWN && <p class="more">and {count(waiting - MAILBOX_SHOWN)} more</p>}
      </section>
      {fields !== null && (
        <section>
          <h3>Fields</h3>
          <JsonView value={fields} />
        </section>
      )}
    </>
  );
}

/** What waits; its payload is one click away. */
function Waiting({ event: { kind = 'message', name = '', from = '', body } }: { readonly event: Partial<TraceEvent> }) {
  return (
    <li>
      <details class="grow">
        <summary>
          <KindMark kind={kind} />
          <span class="grow">{shortName(name)}</span>
          <span class="faint">{idOf(from)}</span>
        </summary>
        <JsonView value={body ?? null} />
      </details>
    </li>
  );
}

function Slowest({
  handlers,
}: {
  readonly handlers: readonly { name: string; turns: number; busy: number; slowest: number }[];
}) {
  return (
    <section>
      <h3>Slowest handlers</h3>
      <ul>
        {handlers.map(({ name, turns, slowest }) => (
          <li key={name}>
            <button type="button" class="link grow" onClick={() => toggleFilter(wordFor('name', name))}>
              {shortName(name)}
            </button>
            <span class="faint">{count(turns)} ×</span>
            <span class="number">{duration(slowest)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
