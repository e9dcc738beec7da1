/**
 * What stands where there is nothing to be seen yet, and what to do about it.
 */
import { anyTracing, connected, file, go, shownNodes } from '../state.ts';
import { startTracing } from '../tracing.ts';
import { Empty } from './marks.tsx';

export function StartHint({ what }: { readonly what: string }) {
  if (file.value !== '') return <Empty title={`No ${what.toLowerCase()} in ${file.value}`} />;
  if (connected.value !== 'open') {
    return (
      <Empty title="Not connected">
        The node that served this page does not answer; the page tries again by itself. A saved trace can be opened
        meanwhile.
        <br />
        <button type="button" class="button" onClick={() => go({ view: 'nodes' })}>
          Open a saved trace
        </button>
      </Empty>
    );
  }
  if (anyTracing.value) return <Empty title="Listening">Tracing is on. {what} appear here as they happen.</Empty>;
  const names = shownNodes.value.length;
  return (
    <Empty title="Tracing is off">
      While it is off it costs nothing. {what} appear here once it is on
      {names > 1 ? `, at ${names} nodes` : ''}.
      <br />
      <button type="button" class="button primary" onClick={() => startTracing({})}>
        Start tracing
      </button>
    </Empty>
  );
}
