/**
 * Small marks that look the same everywhere: kinds, nodes, actors, meters.
 */
import { addressOf, idOf } from '../../../../libprocess/trace.ts';
import { titleOf } from '../model/nodes.ts';
import { kindColour } from '../model/palette.ts';
import { nodeColours, nodes, selectActor } from '../state.ts';

export function mark(variable: string): { readonly '--mark': string } {
  return { '--mark': `var(${variable})` };
}

export function KindMark({ kind }: { readonly kind: string }) {
  return (
    <span class="kind" style={mark(kindColour(kind))}>
      {kind}
    </span>
  );
}

export function NodeDot({ node }: { readonly node: string }) {
  return <i class="dot" style={mark(nodeColours.of(node))} aria-hidden="true" />;
}

/** The id of an actor with its node's dot; a click looks at the actor. */
export function ActorLink({ pid }: { readonly pid: string }) {
  if (pid === '') return <span class="faint">outside</span>;
  const node = addressOf(pid);
  return (
    <span class="actor" title={`${pid} at ${titleOf(nodes.value, node)}`}>
      <NodeDot node={node} />
      <button type="button" class="link" onClick={() => selectActor(pid)}>
        {idOf(pid) || node}
      </button>
    </span>
  );
}

export function Meter({ share, label }: { readonly share: number; readonly label: string }) {
  const percent = Math.round(Math.min(1, Math.max(0, share)) * 100);
  return (
    <span class="meter" role="img" aria-label={label}>
      <i style={{ width: `${percent}%` }} />
    </span>
  );
}

export function Empty({ title, children }: { readonly title: string; readonly children?: preact.ComponentChildren }) {
  return (
    <div class="empty">
      <h2>{title}</h2>
      {children}
    </div>
  );
}
