/** Seeing a simulation again: the seed that the environment gives, and the command that gives it. */
import { relative } from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

/** The seed to use whatever the test says, if there is one. @throws Error for a text that is no seed. */
export function seedFrom({ SIM_SEED: text }: Environment): number | null {
  if (text === undefined) return null;
  if (!/^\d+$/.test(text)) throw new Error(`SIM_SEED=${text} is not a whole number`);
  return Number(text);
}

/** What runs again, with `seed`, the test file that `here` was made below; the program where there is none. */
export function replayCommand(seed: number, { stack = '' }: Error): string {
  const [, file] = /(\/[^\s():]+\.test\.[cm]?[jt]s)/.exec(stack) ?? [];
  if (file === undefined)
    return `SIM_SEED=${seed} ${[process.execPath, ...process.execArgv, ...process.argv.slice(1)].join(' ')}`;
  return `SIM_SEED=${seed} npx vitest run ${relative(process.cwd(), file)}`;
}
