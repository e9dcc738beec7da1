/**
 * Tracing, switched on and off at all nodes that are shown.
 */
import type { TraceSettings } from '../../../libprocess/trace.ts';
import { command, following, shownNodes } from './state.ts';

export function startTracing(settings: TraceSettings): void {
  following.value = true;
  for (const { address, gone } of shownNodes.value) {
    if (gone === null) command(address, { do: 'start', ...settings });
  }
}

export function stopTracing(): void {
  for (const { address, gone } of shownNodes.value) if (gone === null) command(address, { do: 'stop' });
}
