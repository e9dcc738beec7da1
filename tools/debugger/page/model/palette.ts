/**
 * Colours that mean the same everywhere: one for each kind of event, one for each node. Names of CSS variables. Pure.
 */

const FAMILIES: Record<string, string> = {
  message: 'message',
  reply: 'reply',
  dispatch: 'dispatch',
  resume: 'resume',
  timer: 'timer',
  http: 'http',
  request: 'http',
  response: 'http',
  write: 'stream',
  read: 'stream',
  initialize: 'life',
  exited: 'life',
  terminate: 'life',
  link: 'life',
};

export const KINDS = Object.keys(FAMILIES);
/** Hues for nodes; after them they repeat. */
const NODE_HUES = 8;

export function kindColour(kind: string): string {
  return `--kind-${FAMILIES[kind] ?? 'life'}`;
}

/** Each node keeps the hue that it got when it was first seen. */
export class NodeColours {
  readonly #hues = new Map<string, number>();

  of(node: string): string {
    let hue = this.#hues.get(node);
    if (hue === undefined) {
      hue = this.#hues.size % NODE_HUES;
      this.#hues.set(node, hue);
    }
    return `--node-${hue}`;
  }
}
