/**
 * What a person may do to an actor: shown only where the node's hello says that it obeys.
 */
import { useState } from 'preact/hooks';
import { addressOf, idOf, type Rule, type TraceEvent } from '../../../../libprocess/trace.ts';
import { shortName } from '../model/format.ts';
import { command, nodes } from '../state.ts';

export function mayControl(node: string): boolean {
  return nodes.value.get(node)?.hello?.control === true;
}

/** Pause, step, resume, kill. */
export function ActorControls({ node, actor, paused }: { node: string; actor: string; paused: boolean }) {
  const [sure, setSure] = useState(false);
  if (!mayControl(node)) return null;
  const kill = (): void => {
    if (sure) command(node, { do: 'kill', actor });
    setSure(!sure);
  };
  return (
    <fieldset class="buttons" aria-label={`Control of ${actor}`}>
      <button
        type="button"
        class="button small"
        disabled={paused}
        onClick={() => command(node, { do: 'pause', actor })}
      >
        Pause
      </button>
      <button
        type="button"
        class="button small"
        disabled={!paused}
        onClick={() => command(node, { do: 'step', actor })}
      >
        Step
      </button>
      <button
        type="button"
        class="button small"
        disabled={!paused}
        onClick={() => command(node, { do: 'resume', actor })}
      >
        Resume
      </button>
      <button type="button" class="button small danger" onClick={kill} onBlur={() => setSure(false)}>
        {sure ? `Kill ${actor}: sure?` : 'Kill'}
      </button>
    </fieldset>
  );
}

/** A breakpoint where such a message is served next. */
export function BreakButton({ event }: { readonly event: TraceEvent }) {
  const node = addressOf(event.to) || event.node;
  if (!mayControl(node)) return null;
  const actor = idOf(event.to);
  const rule: Rule = { id: `break ${actor} ${event.name}`, action: 'break', actor, name: event.name };
  return (
    <button type="button" class="button small" onClick={() => command(node, { do: 'rule', rule })}>
      Break on {shortName(event.name)}
    </button>
  );
}
