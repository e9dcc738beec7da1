/**
 * Tracing on and off, and what is traced: for all nodes that are shown.
 */
import { useState } from 'preact/hooks';
import { anyTracing, shownNodes } from '../state.ts';
import { startTracing, stopTracing } from '../tracing.ts';

export function TracingForm() {
  const [actors, setActors] = useState('');
  const [names, setNames] = useState('');
  const [sample, setSample] = useState('1');
  const [turns, setTurns] = useState(false);
  const submit = (event: Event): void => {
    event.preventDefault();
    startTracing({
      ...(patterns(actors).length > 0 ? { actors: patterns(actors) } : {}),
      ...(patterns(names).length > 0 ? { names: patterns(names) } : {}),
      ...(Number(sample) > 1 ? { sample: Math.floor(Number(sample)) } : {}),
      times: turns ? 'turn' : 'slice',
    });
  };
  return (
    <form onSubmit={submit}>
      <h3>Tracing</h3>
      <label class="field">
        <span>Actors (all when empty)</span>
        <input
          class="code"
          value={actors}
          placeholder="master, slave*"
          spellcheck={false}
          onInput={event => setActors(event.currentTarget.value)}
        />
      </label>
      <label class="field">
        <span>Messages (all when empty)</span>
        <input
          class="code"
          value={names}
          placeholder="RunTaskMessage, *.StatusUpdateMessage"
          spellcheck={false}
          onInput={event => setNames(event.currentTarget.value)}
        />
      </label>
      <label class="field">
        <span>One tree of so many</span>
        <input type="number" min={1} value={sample} onInput={event => setSample(event.currentTarget.value)} />
      </label>
      <div class="buttons">
        <label class="actor" title="Reads the clock at each step of each turn: about 30 ns each">
          <input type="checkbox" checked={turns} onChange={event => setTurns(event.currentTarget.checked)} />
          Time every turn
        </label>
      </div>
      <div class="buttons">
        <button type="submit" class="button primary" disabled={shownNodes.value.length === 0}>
          {anyTracing.value ? 'Start anew' : 'Start tracing'}
        </button>
        <button type="button" class="button" disabled={!anyTracing.value} onClick={stopTracing}>
          Stop
        </button>
      </div>
    </form>
  );
}

function patterns(text: string): string[] {
  return text.split(/[\s,]+/).filter(pattern => pattern !== '');
}
