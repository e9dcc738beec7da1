/** Trace events for tests, with only what matters spelled out. */
import type { TraceEvent } from '../../../libprocess/trace/event.ts';

export function traceEvent(id: string, rest: Partial<TraceEvent> = {}): TraceEvent {
  const number = Number(id.slice(id.indexOf('/') + 1));
  return {
    id,
    cause: null,
    kind: 'message',
    name: 'test.Said',
    from: 'a@10.0.0.1:1',
    to: 'b@10.0.0.1:1',
    node: '10.0.0.1:1',
    at: number,
    started: number,
    ended: number,
    depth: 0,
    bytes: null,
    ...rest,
  };
}
