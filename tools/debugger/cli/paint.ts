/** Colours, on a terminal that wants them. Pure. */

/** Puts a colour around a text, or not. */
export type Paint = Readonly<
  Record<'dim' | 'bold' | 'red' | 'green' | 'yellow' | 'blue' | 'cyan', (text: string) => string>
>;

export const PLAIN: Paint = paintWith((_code, text) => text);
export const COLOURED: Paint = paintWith((code, text) => `\u001b[${code}m${text}\u001b[0m`);

/** Colours are for people: not for pipes, and not where NO_COLOR is set. */
export function paintFor(isTerminal: boolean, env: Readonly<Record<string, string | undefined>>): Paint {
  return isTerminal && (env['NO_COLOR'] ?? '') === '' ? COLOURED : PLAIN;
}

function paintWith(put: (code: number, text: string) => string): Paint {
  const colour = (code: number) => (text: string) => put(code, text);
  return {
    bold: colour(1),
    dim: colour(2),
    red: colour(31),
    green: colour(32),
    yellow: colour(33),
    blue: colour(34),
    cyan: colour(36),
  };
}
