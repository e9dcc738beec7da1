/**
 * The text of `--help`: what the program is, how it is called, and every flag by group with its default.
 */
import { type Flag, type FlagSet, type FlagType, printFlag } from './flags.ts';

/** The text of `--help`: how to call `program`, then its flags by group. */
export function usage(program: string, summary: string, flags: FlagSet, prefix = 'MESOS_'): string {
  const all = Object.entries(flags);
  const required = all.filter(([, flag]) => flag.required);
  const titles = [...new Set(all.map(([, flag]) => titleOf(flag)))];
  const call = [program, ...required.map(([name, flag]) => `--${name}=${PLACEHOLDERS[flag.type]}`), '[options]'];
  return [
    `Usage: ${call.join(' ')}`,
    '',
    summary,
    `Each flag can also be set in the environment: --port=1 is ${prefix}PORT=1.`,
    'A value file:///path stands for what is in the file.',
    'Durations look like 500ms, 10secs, 5mins, 2hrs; sizes like 64MB, 2GB.',
    ...titles.flatMap(title => [
      '',
      `${title}:`,
      ...all.filter(([, flag]) => titleOf(flag) === title).flatMap(helpLines),
    ]),
    '',
  ].join('\n');
}

function titleOf(flag: Flag): string {
  return flag.group ?? 'Options';
}

const PLACEHOLDERS: { readonly [T in FlagType]: string } = {
  text: 'TEXT',
  path: 'PATH',
  bool: 'BOOL',
  int: 'NUMBER',
  double: 'NUMBER',
  duration: 'DURATION',
  bytes: 'SIZE',
  json: 'JSON',
};

const HELP_INDENT = ' '.repeat(6);
const HELP_WIDTH = 90;

function helpLines([name, flag]: [string, Flag]): string[] {
  const head = flag.type === 'bool' ? `--[no-]${name}` : `--${name}=${PLACEHOLDERS[flag.type]}`;
  const notes = [
    flag.required ? 'required' : null,
    flag.default === undefined || flag.default === '' ? null : `default: ${printFlag(flag.type, flag.default)}`,
    flag.aliases === undefined ? null : `also: ${flag.aliases.map(alias => `--${alias}`).join(', ')}`,
  ].filter(note => note !== null);
  return [`  ${head}${notes.length > 0 ? `  (${notes.join('; ')})` : ''}`, ...wrapped(flag.help)];
}

function wrapped(text: string): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/)) {
    if (line !== '' && line.length + word.length >= HELP_WIDTH) {
      lines.push(HELP_INDENT + line);
      line = '';
    }
    line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, HELP_INDENT + line];
}
