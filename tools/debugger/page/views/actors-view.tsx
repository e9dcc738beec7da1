/**
 * All actors of all nodes: how full their mailboxes are, how fast they go, how long they take.
 */
import { signal } from '@preact/signals';
import { type ActorRow, actorRows, type SortKey, sorted } from '../model/actor-rows.ts';
import { count, digits, duration, shortName } from '../model/format.ts';
import { titleOf } from '../model/nodes.ts';
import { Meter, mark, NodeDot } from '../parts/marks.tsx';
import { StartHint } from '../parts/start-hint.tsx';
import { nodeColours, nodes, place, pulse, selectActor, shownNodes, store } from '../state.ts';

interface Column {
  readonly key: SortKey;
  readonly title: string;
  /** Numbers stand at the right, and the largest comes first. */
  readonly right?: boolean;
}

const COLUMNS: readonly Column[] = [
  { key: 'id', title: 'Actor' },
  { key: 'node', title: 'Node' },
  { key: 'type', title: 'Class' },
  { key: 'mailbox', title: 'Mailbox', right: true },
  { key: 'rate', title: 'Turns/s', right: true },
  { key: 'turns', title: 'Turns', right: true },
  { key: 'busy', title: 'Busy', right: true },
  { key: 'slowest', title: 'Slowest handler' },
];

const order = signal<{ key: SortKey; down: boolean }>({ key: 'rate', down: true });
const ROWS_MAX = 1_000;

export function ActorsView() {
  pulse.value;
  const { query } = place.value;
  const all = actorRows(shownNodes.value, store.entries, query);
  if (all.length === 0 && query === '') return <StartHint what="Actors" />;
  const rows = sorted(all, order.value.key, order.value.down);
  const busiest = Math.max(1e-9, ...rows.map(row => row.rate));
  return (
    <div class="view">
      <div class="scroll">
        <table class="table" aria-label="Actors" aria-rowcount={rows.length}>
          <thead>
            <tr>
              {COLUMNS.map(column => (
                <Heading key={column.key} column={column} />
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.slice(0, ROWS_MAX).map(row => (
              <Row key={row.pid} row={row} busiest={busiest} />
            ))}
          </tbody>
        </table>
        {rows.length > ROWS_MAX && <p class="empty">and {count(rows.length - ROWS_MAX)} more: search to find them</p>}
      </div>
    </div>
  );
}

function Heading({ column }: { readonly column: Column }) {
  const { key, down } = order.value;
  const isSorted = key === column.key;
  return (
    <th
      scope="col"
      class={column.right === true ? 'right' : ''}
      aria-sort={isSorted ? (down ? 'descending' : 'ascending') : undefined}
    >
      <button
        type="button"
        onClick={() => {
          order.value = { key: column.key, down: isSorted ? !down : column.right === true };
        }}
      >
        {column.title} {isSorted ? (down ? '↓' : '↑') : ''}
      </button>
    </th>
  );
}

function Row({ row, busiest }: { readonly row: ActorRow; readonly busiest: number }) {
  const { pid, id, node, type, mailbox, rate, turns, busy, slowest, standing } = row;
  return (
    <tr aria-selected={place.value.actor === pid} onClick={() => selectActor(pid)}>
      <td>
        <button type="button" class="link" onClick={() => selectActor(pid)}>
          {id}
        </button>{' '}
        {standing !== '' && <span class="tag held">{standing}</span>}
      </td>
      <td>
        <span class="actor dim">
          <NodeDot node={node} /> {titleOf(nodes.value, node)}
        </span>
      </td>
      <td class="dim">{type}</td>
      <td class={mailbox > 0 ? 'right' : 'right faint'}>{count(mailbox)}</td>
      <td class="right" style={mark(nodeColours.of(node))}>
        {digits(rate)}
        <Meter share={rate / busiest} label={`${digits(rate)} turns a second`} />
      </td>
      <td class="right dim">{turns === null ? '–' : count(turns)}</td>
      <td class="right">{busy > 0 ? duration(busy) : <span class="faint">–</span>}</td>
      <td class="dim">
        {slowest === null ? '' : `${shortName(slowest.name)} ${slowest.slowest > 0 ? duration(slowest.slowest) : ''}`}
      </td>
    </tr>
  );
}
