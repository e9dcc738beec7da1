/** What a command of `mesos-debug` is, and what commands share: options, a while, output. */
import { type ParseArgsConfig, parseArgs } from 'node:util';
import { Failure, parseDuration } from '../../../libprocess/index.ts';
import { idOf, matcher, type TraceEvent } from '../../../libprocess/trace.ts';
import { type Paint, paintFor } from './paint.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Where a command writes, so that tests can read. */
export interface Terminal {
  readonly env: Environment;
  /** A person looks: colours, and pictures that are drawn over. */
  readonly isTerminal: boolean;
  readonly rows: number;
  write(text: string): void;
  /** Something that is no result. */
  note(text: string): void;
  /** Ready when the user wants to end. */
  readonly interrupted: Promise<void>;
}

export interface Command {
  readonly name: string;
  readonly usage: string;
  /** One line, for the list of commands. */
  readonly summary: string;
  readonly help: string;
  /** @throws Failure with a sentence for the user. */
  run(argv: readonly string[], terminal: Terminal): Promise<void>;
}

export type OptionsConfig = NonNullable<ParseArgsConfig['options']>;

export const CREDENTIALS = { principal: { type: 'string' }, 'secret-file': { type: 'string' } } as const;

export const FILTERS = {
  actor: { type: 'string', multiple: true },
  message: { type: 'string', multiple: true },
  kind: { type: 'string', multiple: true },
} as const;

/** What `parseArgs` makes of `argv`. @throws Failure USAGE, in a sentence. */
export function optionsOf<O extends OptionsConfig>(
  argv: readonly string[],
  options: O,
  positionals: { readonly names: readonly string[] },
) {
  try {
    const parsed = parseArgs({ args: [...argv], options, allowPositionals: true, strict: true });
    const { names } = positionals;
    const missing = names[parsed.positionals.length];
    if (missing !== undefined) throw new Failure(`${missing} is missing`, 'USAGE');
    const extra = parsed.positionals[names.length];
    if (extra !== undefined) throw new Failure(`'${extra}' is one argument too many`, 'USAGE');
    return parsed;
  } catch (error) {
    if (error instanceof Failure) throw error;
    if (!(error instanceof TypeError)) throw error;
    if (argv.some(argument => /^--secret(=|$)/.test(argument))) throw new Failure(SECRET, 'USAGE');
    throw new Failure(error.message.replace(/\. To specify a positional.*$/s, ''), 'USAGE', { cause: error });
  }
}

const SECRET = 'a secret on the command line can be read by every user of this machine: use --secret-file=FILE';

/** True for events that the options ask for. */
export function eventFilter({
  actor = [],
  message = [],
  kind = [],
}: {
  readonly actor?: string[] | undefined;
  readonly message?: string[] | undefined;
  readonly kind?: string[] | undefined;
}): (event: TraceEvent) => boolean {
  const [fitsActor, fitsName] = [matcher(listOf(actor)), matcher(listOf(message))];
  const kinds = listOf(kind);
  return event =>
    fitsName(event.name) &&
    (kinds.length === 0 || kinds.includes(event.kind)) &&
    (fitsActor(idOf(event.to)) || fitsActor(idOf(event.from)));
}

/** Repeated, or separated by commas. */
export function listOf(values: readonly string[]): string[] {
  return values.flatMap(value => value.split(',').filter(item => item !== ''));
}

const SHORT_UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** Milliseconds of `10s`, `1.5m` or, as flags have it, `10secs`. @throws Failure USAGE. */
export function durationOf(text: string): number {
  const [, number = '', unit = ''] = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text) ?? [];
  const factor = SHORT_UNITS[unit];
  if (factor !== undefined) return Number(number) * factor;
  try {
    return parseDuration(text);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    throw new Failure(`'${text}' is no time: want 500ms, 10s or 2m`, 'USAGE', { cause: error });
  }
}

/** Ready after `ms`, when the user wants to end, or when `lost` is. */
export async function forAWhile(ms: number, { interrupted }: Terminal, lost: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<void>(resolve => {
    if (ms !== Infinity) timer = setTimeout(resolve, ms);
  });
  await Promise.race([over, interrupted, lost]);
  clearTimeout(timer);
}

export function paintOf({ isTerminal, env }: Terminal): Paint {
  return paintFor(isTerminal, env);
}
