/**
 * The nodes that this page has joined; tracing and what it traces; saving and opening.
 */
import { count, duration } from '../model/format.ts';
import type { NodeState } from '../model/nodes.ts';
import { RuleList } from '../parts/actor-rules.tsx';
import { mayControl } from '../parts/controls.tsx';
import { NodeDot } from '../parts/marks.tsx';
import { Saving } from '../parts/saving.tsx';
import { TracingForm } from '../parts/tracing-form.tsx';
import { command, go, nodes, place } from '../state.ts';

export function NodesView() {
  const all = [...nodes.value.values()];
  return (
    <div class="view">
      <div class="nodes">
        <div class="main-part">
          <table class="table" aria-label="Nodes">
            <thead>
              <tr>
                <th scope="col">Shown</th>
                <th scope="col">Node</th>
                <th scope="col">Address</th>
                <th scope="col">Tracing</th>
                <th scope="col" class="right">
                  Recorded
                </th>
                <th scope="col" class="right">
                  Forgotten
                </th>
                <th scope="col" class="right">
                  Loop busy
                </th>
                <th scope="col" class="right">
                  Delay p99
                </th>
                <th scope="col" class="right">
                  Actors
                </th>
                <th scope="col">
                  <span class="sr-only">Control</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {all.map(node => (
                <Row key={node.address} node={node} />
              ))}
            </tbody>
          </table>
          {all.length === 0 && <p class="empty">No node has answered yet.</p>}
          <Rules nodes={all} />
        </div>
        <div class="side">
          <TracingForm />
          <Saving />
        </div>
      </div>
    </div>
  );
}

function Row({ node }: { readonly node: NodeState }) {
  const { address, hello, status, gone, actors } = node;
  const loop = node.loops.at(-1)?.value;
  return (
    <tr>
      <td>
        <input
          type="checkbox"
          aria-label={`Show ${hello?.title ?? address}`}
          checked={!place.value.off.includes(address)}
          onChange={() => go({ off: toggled(place.value.off, address) })}
        />
      </td>
      <td>
        <span class="actor">
          <NodeDot node={address} /> {hello?.title ?? <span class="faint">unknown</span>}
        </span>
      </td>
      <td class="mono dim">{address}</td>
      <td>{gone !== null ? <span class="dim">{gone}</span> : <Tracing status={status} />}</td>
      <td class="right">{count(status?.recorded ?? 0)}</td>
      <td class="right dim">{count(status?.forgotten ?? 0)}</td>
      <td class="right">{loop === undefined ? '' : `${Math.round(loop.utilization * 100)} %`}</td>
      <td class="right">{loop === undefined ? '' : duration(loop.delayP99)}</td>
      <td class="right">{count(actors.length)}</td>
      <td>{mayControl(address) ? <Partition node={node} /> : <span class="faint">view only</span>}</td>
    </tr>
  );
}

function Tracing({ status }: { readonly status: NodeState['status'] }) {
  if (status === null) return <span class="faint">asking…</span>;
  if (!status.on) return <span class="tag">off</span>;
  const { sample = 1, actors = [], names = [], times } = status.settings;
  const what = [...actors, ...names].join(', ');
  return (
    <span>
      <span class="tag live">on</span>{' '}
      <span class="dim">
        {what}
        {sample > 1 ? ` 1 of ${sample}` : ''}
        {times === 'turn' ? ' turns timed' : ''}
      </span>
    </span>
  );
}

/** Cuts the node off from a peer, or mends that. */
function Partition({ node }: { readonly node: NodeState }) {
  const peers = node.hello?.peers ?? [];
  const act = (event: Event & { readonly currentTarget: HTMLSelectElement }): void => {
    const [order, peer] = event.currentTarget.value.split(' ');
    event.currentTarget.value = '';
    if (peer !== undefined && (order === 'partition' || order === 'heal')) command(node.address, { do: order, peer });
  };
  return (
    <select aria-label={`Links of ${node.hello?.title ?? node.address}`} onChange={act} class="button small">
      <option value="">Links…</option>
      {peers.map(peer => (
        <option key={`cut ${peer}`} value={`partition ${peer}`}>
          Cut off from {nodes.value.get(peer)?.hello?.title ?? ''} {peer}
        </option>
      ))}
      {peers.map(peer => (
        <option key={`mend ${peer}`} value={`heal ${peer}`}>
          Mend with {nodes.value.get(peer)?.hello?.title ?? ''} {peer}
        </option>
      ))}
    </select>
  );
}

function Rules({ nodes: all }: { readonly nodes: readonly NodeState[] }) {
  const ruled = all.filter(({ status }) => (status?.rules.length ?? 0) > 0);
  if (ruled.length === 0) return null;
  return (
    <section>
      <h3>Rules</h3>
      {ruled.map(({ address, status }) => (
        <RuleList key={address} node={address} rules={status?.rules ?? []} />
      ))}
    </section>
  );
}

function toggled(list: readonly string[], item: string): string[] {
  return list.includes(item) ? list.filter(each => each !== item) : [...list, item];
}
