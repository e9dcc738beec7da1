/**
 * Saved traces: JSON lines, one event each, as `/__trace__` answers and as the page saves them. Pure.
 */
import type { TraceEvent } from '../../../../libprocess/trace.ts';

export interface Saved {
  readonly events: TraceEvent[];
  /** Lines that are no events. */
  readonly bad: number;
}

export function parseLines(text: string): Saved {
  const events: TraceEvent[] = [];
  let bad = 0;
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue;
    const event = parseLine(line);
    if (event === null) bad += 1;
    else events.push(event);
  }
  return { events, bad };
}

export function printLines(events: Iterable<TraceEvent>): string {
  let text = '';
  for (const event of events) text += `${JSON.stringify(event)}\n`;
  return text;
}

function parseLine(line: string): TraceEvent | null {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return null;
  }
  return isEvent(value) ? value : null;
}

function isEvent(value: unknown): value is TraceEvent {
  if (typeof value !== 'object' || value === null) return false;
  const { id, kind, name, from, to, node, at } = value as Record<keyof TraceEvent, unknown>;
  return [id, kind, name, from, to, node].every(field => typeof field === 'string') && typeof at === 'number';
}
