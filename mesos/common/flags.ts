/**
 * Flags of the daemons, declared once: names, types, defaults and what they mean.
 *
 *   const FLAGS = {
 *     port: { type: 'int', default: 5050, help: 'Port to listen on.' },
 *     zk: { type: 'text', help: 'Where the masters elect their leader.' },
 *   } as const satisfies FlagSet;
 *   const { values } = parseFlags(FLAGS, process.argv.slice(2), process.env, { readFile });
 *   values.port                                     // number
 *   values.zk                                       // string | undefined
 *
 * `--port=5051` on the command line wins over MESOS_PORT in the environment, which wins over the default. A bool may
 * come bare (`--quiet`) or negated (`--no-quiet`). `file:///path` stands for what is in the file. Durations are
 * milliseconds here and `10secs` there.
 *
 * Source: stout flags/flags.hpp, fetch.hpp, parse.hpp.
 */
import { Failure, parseBytes, parseDuration, printBytes, printDuration } from '../../libprocess/index.ts';

interface Types {
  readonly text: string;
  /** A place on the disk: `file://` before it is dropped, and nothing is read. */
  readonly path: string;
  readonly bool: boolean;
  readonly int: number;
  readonly double: number;
  /** Milliseconds. */
  readonly duration: number;
  /** Bytes. */
  readonly bytes: number;
  /** Parsed; an absolute path stands for what is in the file. */
  readonly json: unknown;
}

export type FlagType = keyof Types;

interface FlagOf<T extends FlagType> {
  readonly type: T;
  /** For the operator: what it does, and when to change it. */
  readonly help: string;
  /** The heading under which `--help` shows it. */
  readonly group?: string;
  /** Older names that work as well. */
  readonly aliases?: readonly string[];
  readonly default?: Types[T];
  readonly required?: true;
}

export type Flag = { [T in FlagType]: FlagOf<T> }[FlagType];
export type FlagSet = { readonly [name: string]: Flag };

/** What a set of flags is read as: one without a default may be undefined. */
export type FlagValues<F extends FlagSet> = {
  readonly [N in keyof F]: F[N] extends { readonly default: unknown } | { readonly required: true }
    ? Types[F[N]['type']]
    : Types[F[N]['type']] | undefined;
};

export interface ParsedFlags<F extends FlagSet> {
  readonly values: FlagValues<F>;
  /** Those with a value, under the name the operator used, as text, sorted by name: what /flags shows. */
  readonly shown: Readonly<Record<string, string>>;
  /** What is on the command line besides flags. */
  readonly rest: readonly string[];
}

export interface ParseOptions {
  /** The prefix of environment variables. */
  readonly prefix?: string;
  /** For `file://` values. */
  readonly readFile: (path: string) => string;
}

/** Flags that every daemon has. */
export const COMMON_FLAGS = {
  help: { type: 'bool', default: false, group: 'Information', help: 'Prints this and exits.' },
  version: { type: 'bool', default: false, group: 'Information', help: 'Prints the version and exits.' },
  log_dir: { type: 'path', group: 'Logging', help: 'Folder for log files; without it logs go to stderr only.' },
  logging_level: { type: 'text', default: 'INFO', group: 'Logging', help: 'INFO, WARNING or ERROR: nothing below it.' },
  logbufsecs: { type: 'int', default: 0, group: 'Logging', help: 'How many seconds log lines may wait in a buffer.' },
  quiet: { type: 'bool', default: false, group: 'Logging', help: 'Logs nothing to stderr.' },
  external_log_file: {
    type: 'path',
    group: 'Logging',
    help: 'Where something else writes this log, for the web interface to show it.',
  },
  initialize_driver_logging: {
    type: 'bool',
    default: true,
    group: 'Logging',
    help: 'Whether drivers of schedulers and executors set up logging.',
  },
  record: {
    type: 'path',
    group: 'Debugger',
    help: 'Writes all that comes to this daemon, secrets included, to a file that mesos-debug replays.',
  },
  record_size: { type: 'bytes', group: 'Debugger', help: 'The size at which a recording ends; by default 1GB.' },
} as const satisfies FlagSet;

/** A value as it came: from where, under which name. */
interface Given {
  readonly alias: string;
  readonly text: string;
}

/**
 * Reads `argv` (without node and script) and `env`. Unknown variables are ignored, unknown flags are not.
 *
 * @throws Failure BAD_FLAG, with a message for the operator.
 */
export function parseFlags<F extends FlagSet>(
  flags: F,
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  { prefix = 'MESOS_', readFile }: ParseOptions,
): ParsedFlags<F> {
  const names = namesOf(flags);
  const { given, rest } = fromArguments(flags, names, argv);
  const all = new Map([...fromEnvironment(names, env, prefix), ...given]);
  const values: Record<string, unknown> = {};
  const shown: [string, string][] = [];
  for (const [name, flag] of Object.entries(flags)) {
    const value = readFlag(flag, all.get(name), readFile);
    if (value === undefined) continue;
    values[name] = value;
    shown.push([all.get(name)?.alias ?? name, printFlag(flag.type, value)]);
  }
  refuseMissing(flags, values);
  shown.sort(([a], [b]) => (a < b ? -1 : 1));
  return { values: values as FlagValues<F>, shown: Object.fromEntries(shown), rest }; // Each was read as its flag's type.
}

/** `--allocation_interval="1secs" --port="5050" …`: the line that a daemon logs when it starts. */
export function startupLine(shown: Readonly<Record<string, string>>): string {
  return Object.entries(shown)
    .map(([name, text]) => `--${name}="${text}"`)
    .join(' ');
}

/** All names and aliases, to the flag's own name. */
function namesOf(flags: FlagSet): Map<string, string> {
  const names = new Map<string, string>();
  for (const [name, { aliases = [] }] of Object.entries(flags)) {
    for (const each of [name, ...aliases]) names.set(each, name);
  }
  return names;
}

function fromEnvironment(
  names: ReadonlyMap<string, string>,
  env: Readonly<Record<string, string | undefined>>,
  prefix: string,
): Map<string, Given> {
  const given = new Map<string, Given>();
  for (const [alias, name] of names) {
    const text = env[prefix + alias.toUpperCase()];
    if (text !== undefined) put(given, name, { alias, text });
  }
  return given;
}

function fromArguments(
  flags: FlagSet,
  names: ReadonlyMap<string, string>,
  argv: readonly string[],
): { given: Map<string, Given>; rest: string[] } {
  const given = new Map<string, Given>();
  const end = argv.indexOf('--');
  const [before, after] = end < 0 ? [argv, []] : [argv.slice(0, end), argv.slice(end + 1)];
  for (const argument of before.filter(isFlag)) {
    const { name, ...each } = fromArgument(flags, names, argument);
    put(given, name, each);
  }
  return { given, rest: [...before.filter(argument => !isFlag(argument)), ...after] };
}

function isFlag(argument: string): boolean {
  return argument.startsWith('--');
}

function put(given: Map<string, Given>, name: string, next: Given): void {
  const known = given.get(name);
  if (known === undefined) given.set(name, next);
  else if (known.alias === next.alias) throw badFlag(`Duplicate flag '${next.alias}' on command line`);
  else throw badFlag(`Flag '${next.alias}' is already loaded via name '${known.alias}'`);
}

function fromArgument(flags: FlagSet, names: ReadonlyMap<string, string>, argument: string): Given & { name: string } {
  const equals = argument.indexOf('=');
  const alias = equals < 0 ? argument.slice(2) : argument.slice(2, equals);
  const text = equals < 0 ? null : argument.slice(equals + 1);
  const name = names.get(alias);
  if (name !== undefined) return { name, alias, text: text ?? bare(flags, name, alias) };
  return negated(flags, names, alias, text);
}

function bare(flags: FlagSet, name: string, alias: string): string {
  if (flags[name]?.type !== 'bool') throw badFlag(`Failed to load non-boolean flag '${alias}': Missing value`);
  return 'true';
}

function negated(flags: FlagSet, names: ReadonlyMap<string, string>, written: string, text: string | null) {
  const alias = written.startsWith('no-') ? written.slice(3) : '';
  const name = names.get(alias);
  if (name === undefined) throw unknown(names, written);
  if (flags[name]?.type !== 'bool') throw badFlag(`Failed to load non-boolean flag '${alias}' via '${written}'`);
  if (text !== null) throw badFlag(`Failed to load boolean flag '${alias}' via '${written}' with value '${text}'`);
  return { name, alias, text: 'false' };
}

function unknown(names: ReadonlyMap<string, string>, written: string): Failure {
  const close = [...names.keys()].filter(name => name.includes(written) || written.includes(name)).sort();
  const hint = close.length > 0 ? ` (did you mean ${close.map(name => `--${name}`).join(' or ')}?)` : '';
  return badFlag(`Failed to load unknown flag '${written}'${hint}`);
}

function readFlag(flag: Flag, given: Given | undefined, readFile: (path: string) => string): unknown {
  if (given === undefined) return flag.default;
  try {
    return PARSERS[flag.type](contentOf(flag.type, given.text, readFile));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const message = `Failed to load flag '${given.alias}': Failed to load value '${given.text}': ${reason}`;
    throw new Failure(message, 'BAD_FLAG', { cause: error });
  }
}

const FILE = 'file://';

function contentOf(type: FlagType, text: string, readFile: (path: string) => string): string {
  const path = text.startsWith(FILE) ? text.slice(FILE.length) : type === 'json' && text.startsWith('/') ? text : null;
  if (path === null) return text;
  return type === 'path' ? path : readFile(path).trim();
}

const PARSERS: { readonly [T in FlagType]: (text: string) => Types[T] } = {
  text: text => text,
  path: text => text,
  bool: parseBool,
  int: text => parseNumber(text, /^[+-]?\d+$/),
  double: text => parseNumber(text, /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i),
  duration: parseDuration,
  bytes: parseBytes,
  json: text => JSON.parse(text),
};

function parseBool(text: string): boolean {
  if (text === 'true' || text === '1') return true;
  if (text === 'false' || text === '0') return false;
  throw badFlag(`Expecting a boolean (e.g., true or false)`);
}

function parseNumber(text: string, form: RegExp): number {
  if (!form.test(text)) throw badFlag(`Failed to convert '${text}' to number`);
  return Number(text);
}

/** A value as text that would be read as the same value. */
export function printFlag(type: FlagType, value: unknown): string {
  if (type === 'duration') return printDuration(value as number);
  if (type === 'bytes') return printBytes(value as number);
  if (type === 'json') return JSON.stringify(value);
  return String(value);
}

function refuseMissing(flags: FlagSet, values: Readonly<Record<string, unknown>>): void {
  const { help, version } = values;
  if (help === true || version === true) return; // Nothing will be run.
  const missing = Object.keys(flags).find(name => flags[name]?.required === true && values[name] === undefined);
  if (missing !== undefined) throw badFlag(`Flag '${missing}' is required, but it was not provided`);
}

function badFlag(message: string): Failure {
  return new Failure(message, 'BAD_FLAG');
}
