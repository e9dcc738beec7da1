/**
 * Tracing, switched on and off at all nodes that are shown.
 */
import type { TraceSettings } from '../../../libprocess/trace.ts';
import { command, following, shownNodes, wanted } from './state.ts';

export function startTracing(settings: TraceSettings): void {
  following.value = true;
  wanted.value = settings;
  for (const { address, gone } of shownNodes.value) {
    if (gone === null) command(address, { do: 'start', ...settings });
  }
}

export function stopTracing(): void {
  wanted.value = null;
  for (const { address, gone } of shownNodes.value) if (gone === null) command(address, { do: 'stop' });
}
