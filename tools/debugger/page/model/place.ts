/**
 * Where in the page one is, as text for the address bar: whoever opens the same address sees the same.
 *
 *   #view=sequence&q=kind:message&tree=k3J9x2aQ/512&event=k3J9x2aQ/520&off=10.0.0.3:5051
 *
 * Pure.
 */

export const VIEWS = ['map', 'actors', 'events', 'sequence', 'timeline', 'nodes'] as const;
export type View = (typeof VIEWS)[number];

export type Theme = 'auto' | 'light' | 'dark';

export interface Place {
  readonly view: View;
  /** What is searched for. */
  readonly query: string;
  /** An event of the tree that the sequence shows; empty for the span of `since` and `until`, or for none. */
  readonly tree: string;
  /** The event that is looked at. */
  readonly event: string;
  /** The PID of the actor that is looked at. */
  readonly actor: string;
  /** Milliseconds since the epoch; 0 for no bound. */
  readonly since: number;
  readonly until: number;
  /** Addresses of nodes that are not shown. */
  readonly off: readonly string[];
  readonly theme: Theme;
}

export const START: Place = {
  view: 'map',
  query: '',
  tree: '',
  event: '',
  actor: '',
  since: 0,
  until: 0,
  off: [],
  theme: 'auto',
};

/** @returns the part behind `#`; what is as at the start is left out. */
export function printPlace(place: Place): string {
  const fields: [string, string][] = [
    ['view', place.view === START.view ? '' : place.view],
    ['q', place.query],
    ['tree', place.tree],
    ['event', place.event],
    ['actor', place.actor],
    ['since', place.since > 0 ? String(place.since) : ''],
    ['until', place.until > 0 ? String(place.until) : ''],
    ['off', place.off.join(',')],
    ['theme', place.theme === START.theme ? '' : place.theme],
  ];
  return fields
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `${name}=${encodeURIComponent(value).replace(/%(2F|3A|2C|40|3D)/g, decodeURIComponent)}`)
    .join('&');
}

/** What cannot be read is as at the start. */
export function parsePlace(hash: string): Place {
  const fields = new Map(hash.replace(/^#/, '').split('&').map(splitField));
  const view = VIEWS.find(each => each === fields.get('view')) ?? START.view;
  const theme = fields.get('theme');
  return {
    view,
    query: fields.get('q') ?? '',
    tree: fields.get('tree') ?? '',
    event: fields.get('event') ?? '',
    actor: fields.get('actor') ?? '',
    since: numberOf(fields.get('since')),
    until: numberOf(fields.get('until')),
    off: (fields.get('off') ?? '').split(',').filter(address => address !== ''),
    theme: theme === 'light' || theme === 'dark' ? theme : 'auto',
  };
}

function splitField(field: string): [string, string] {
  const at = field.indexOf('=');
  if (at < 0) return [field, ''];
  try {
    return [field.slice(0, at), decodeURIComponent(field.slice(at + 1))];
  } catch (error) {
    if (!(error instanceof URIError)) throw error;
    return [field.slice(0, at), '']; // An address that was cut in the middle of a letter.
  }
}

function numberOf(text: string | undefined): number {
  const number = Number(text);
  return Number.isFinite(number) && number > 0 ? number : 0;
}
