/** Measures the rows of `local.ts`, each in an OS process of its own. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { localCases } from './local.ts';
import type { Effort, Figure } from './measure.ts';

export async function localFigures(effort: Effort, tell: (line: string) => void): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const [number, { name }] of localCases(effort, null).entries()) {
    tell(name);
    figures.push(await inOwnProcess(number, effort));
  }
  return figures;
}

async function inOwnProcess(number: number, { full }: Effort): Promise<Figure> {
  const program = new URL('one-case.ts', import.meta.url);
  const child = fork(program, [String(number), full ? 'full' : 'quick'], {
    // The row about memory collects garbage before it looks; a heap for a million actors must be there.
    execArgv: [...process.execArgv, '--expose-gc', '--max-old-space-size=4096'],
  });
  const ended = once(child, 'exit').then(([status]) => {
    throw new Error(`the process of case ${number} ended with status ${status}`);
  });
  const [figure] = (await Promise.race([once(child, 'message'), ended])) as [Figure];
  await ended.catch(() => undefined);
  return figure;
}
