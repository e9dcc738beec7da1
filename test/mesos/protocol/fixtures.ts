/** Bodies that Apache Mesos sent, from test/fixtures/protocol. */
import { readFileSync } from 'node:fs';

export function lines(file: string): unknown[] {
  return text(file)
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line));
}

export function document(file: string): unknown {
  return JSON.parse(text(file));
}

export function text(file: string): string {
  return readFileSync(new URL(`../../fixtures/protocol/${file}`, import.meta.url), 'utf8');
}

/** The same JSON with the keys of all objects sorted. */
export function sorted(json: unknown): unknown {
  if (Array.isArray(json)) return json.map(sorted);
  if (typeof json !== 'object' || json === null) return json;
  const entries = Object.entries(json).sort(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(entries.map(([key, value]) => [key, sorted(value)]));
}
