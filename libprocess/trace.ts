/**
 * Traces without a runtime: what pages in a browser, command lines and tests make of trace events. Nothing here needs
 * Node.
 */
export { toChromeTrace } from './trace/chrome.ts';
export { addressOf, idOf, type Span, type TraceEvent, type TraceKind } from './trace/event.ts';
export { matcher } from './trace/filter.ts';
export { eventsOf, plant, type TraceTree, treeOf } from './trace/forest.ts';
export { toOtlp } from './trace/otlp.ts';
export type {
  ActorReport,
  Command,
  HandlerReport,
  Held,
  Hello,
  LoopReport,
  Order,
  Report,
  Rule,
  TraceSettings,
  TraceStatus,
} from './trace/protocol.ts';
export { type SequenceOptions, type Step, sequenceDiagram } from './trace/sequence.ts';
