/**
 * The few words of shell that tests of tasks need, run on virtual time: `sleep N`, `exit N`, `echo text`, `true`,
 * `false` and `exec`, joined by `;`, a line's end, `&&` and `||`.
 *
 * Source: sh(1).
 */
import type { SimulatedProcess } from './simulated-process.ts';

type Joint = 'always' | 'and' | 'or';

export interface Command {
  /** When it runs: always, or only after success, or only after failure. */
  readonly joint: Joint;
  readonly words: readonly string[];
}

const TOKEN = /\s*(?:(;|\n|&&|\|\|)|((?:[^\s;&|'"]|'[^']*'|"[^"]*")+))/y;
/** What a shell exits with for a command that it does not know. */
const NOT_FOUND = 127;
const JOINTS: Readonly<Record<string, Joint>> = { '&&': 'and', '||': 'or' };

/** The commands of `script`; null when it has syntax that is not known here. */
function parseScript(script: string): readonly Command[] | null {
  const commands: Command[] = [];
  let joint: Joint = 'always';
  let words: string[] = [];
  const end = (next: Joint): void => {
    if (words.length > 0) commands.push({ joint, words });
    words = [];
    joint = next;
  };
  const text = script.trim();
  for (let at = 0; at < text.length; at = TOKEN.lastIndex) {
    TOKEN.lastIndex = at;
    const [, operator, word] = TOKEN.exec(text) ?? [];
    if (operator !== undefined) end(JOINTS[operator] ?? 'always');
    else if (word !== undefined) words.push(word.replace(/'([^']*)'|"([^"]*)"/g, '$1$2'));
    else return null;
  }
  end('always');
  return commands;
}

/** Runs `script` as `process` and exits with the status of its last command. */
export function runShell(process: SimulatedProcess, script: string): void {
  const commands = parseScript(script);
  if (commands === null) {
    process.printError(`sh: syntax error in: ${script}\n`);
    process.exit(2);
  } else {
    runFrom(process, commands, 0, 0);
  }
}

/** Runs one command as `process` and exits with its status. */
export function runCommand(process: SimulatedProcess, words: readonly string[]): void {
  runFrom(process, [{ joint: 'always', words }], 0, 0);
}

function runFrom(process: SimulatedProcess, commands: readonly Command[], index: number, status: number): void {
  const command = commands[index];
  if (command === undefined) {
    process.exit(status);
    return;
  }
  const next = (result: number): void => runFrom(process, commands, index + 1, result);
  if ((command.joint === 'and' && status !== 0) || (command.joint === 'or' && status === 0)) next(status);
  else runWords(process, command.words, status, next);
}

function runWords(
  process: SimulatedProcess,
  [name = '', ...args]: readonly string[],
  status: number,
  next: (status: number) => void,
): void {
  if (name === 'exec') runWords(process, args, status, result => process.exit(result));
  else if (name === 'sleep') process.after(Number(args[0] ?? 0) * 1_000, () => next(0));
  else if (name === 'exit') process.exit(Number(args[0] ?? status));
  else next(runAtOnce(process, name, args));
}

/** The status of a command that takes no time. */
function runAtOnce(process: SimulatedProcess, name: string, args: readonly string[]): number {
  if (name === 'true') return 0;
  if (name === 'false') return 1;
  if (name === 'echo') {
    process.print(`${args.join(' ')}\n`);
    return 0;
  }
  process.printError(`sh: 1: ${name}: not found\n`);
  return NOT_FOUND;
}
