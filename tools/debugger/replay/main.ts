/**
 * `mesos-debug replay FILE`: runs a recorded program again, offline, and steps through what it did, in either direction.
 *
 *   FILE ──▶ header: which program, and how it was started ──▶ the same code, on seams that play FILE back
 *        ──▶ inputs                                        ──▶ steps, states, differences
 */
import { readFile } from 'node:fs/promises';
import { changesOf, decodeRecording, Failure, type Recorded, type Step, Stepper } from '../../../libprocess/index.ts';
import { type Command, optionsOf, paintOf, type Terminal } from '../cli/command.ts';
import { Cursor } from './cursor.ts';
import { type Wish, wishes } from './keys.ts';
import { startOf } from './program.ts';
import { differenceLine, stepLine, stepText } from './text.ts';

const OPTIONS = {
  actor: { type: 'string' },
  to: { type: 'string' },
  json: { type: 'boolean' },
  state: { type: 'boolean' },
  script: { type: 'string' },
} as const;

export const replay: Command = {
  name: 'replay',
  usage: 'replay FILE [--actor=ID] [--to=STEP] [--state] [--json] [--script=PATH]',
  summary: 'Runs a recorded program again, step by step, forwards and backwards.',
  help: `FILE is what a master or an agent wrote with --record=FILE.

  --actor=ID      only the steps of this actor: master, slave(1)
  --to=STEP       begins at this step; without a terminal, shows this step alone
  --state         without a terminal: the actor's whole state at that step
  --json          one JSON object a line
  --script=PATH   where the recorded script is now; it exports boot(runtime)

On a terminal: n p or arrows step, a number and Enter goes there, g G first and last, s whole state, f finds a name,
q quits. Otherwise all steps are listed. What the program sends is compared with what it sent when it was recorded:
differences are shown, and then the exit status is 1.

  mesos-debug replay master.rec --actor=master
  mesos-debug replay master.rec --actor=master --to=41 --state --json`,
  run,
};

/** What the options ask for. */
interface Wanted {
  readonly actor: string | undefined;
  readonly to: number | undefined;
  readonly json: boolean;
  readonly state: boolean;
}

async function run(argv: readonly string[], terminal: Terminal): Promise<void> {
  const { values, positionals } = optionsOf(argv, OPTIONS, { names: ['FILE'] });
  const { actor, to, json = false, state = false, script } = values;
  const recorded = await read(positionals[0] ?? '');
  const stepper = await Stepper.open(recorded, await startOf(recorded.header.program, script));
  try {
    const cursor = new Cursor(stepper.stepsOf(actor));
    if (cursor.steps.length === 0) throw new Failure(nobody(stepper, actor), 'NO_STEPS');
    const wanted = { actor, to: to === undefined ? undefined : numberOf(to), json, state };
    introduce(recorded, stepper, wanted, terminal);
    if (terminal.isTerminal && process.stdin.isTTY && !json) await walk(stepper, cursor, wanted, terminal);
    else await list(stepper, cursor, wanted, terminal);
    conclude(stepper, wanted, terminal);
  } finally {
    await stepper.close();
  }
}

async function read(path: string): Promise<Recorded> {
  try {
    return decodeRecording(await readFile(path));
  } catch (error) {
    if (error instanceof Failure || (error as NodeJS.ErrnoException).code === undefined) throw error;
    throw new Failure(`cannot read ${path}: ${(error as Error).message}`, 'READ', { cause: error });
  }
}

function nobody(stepper: Stepper, actor: string | undefined): string {
  const actors = [...new Set(stepper.steps.map(step => step.actor))];
  if (actor === undefined || actors.length === 0) return 'the recording ends before the first turn';
  return `there is no actor '${actor}' in the recording; there are ${actors.join(', ')}`;
}

function numberOf(text: string): number {
  if (!/^\d+$/.test(text)) throw new Failure(`--to=${text} is no number of a step`, 'USAGE');
  return Number(text);
}

function introduce({ header, batches, torn }: Recorded, stepper: Stepper, { json }: Wanted, terminal: Terminal): void {
  if (json) return;
  const seconds = Math.round((batches.at(-1)?.now ?? header.now) - header.now) / 1_000;
  const end = torn === 0 ? '' : `; the last ${torn} bytes are no whole record`;
  terminal.note(`${header.program.name}: ${stepper.steps.length} turns in ${seconds} s, replayed${end}`);
}

/** Without a terminal: all steps, or one from near by. */
async function list(stepper: Stepper, cursor: Cursor, wanted: Wanted, terminal: Terminal): Promise<void> {
  const { to, json } = wanted;
  const [paint, count] = [paintOf(terminal), cursor.steps.length];
  if (to !== undefined) {
    cursor.go(to);
    await show(stepper, cursor, wanted, terminal);
    return;
  }
  for (const [index, step] of cursor.steps.entries()) {
    const line = json ? JSON.stringify(step) : stepLine(step, { number: index + 1, count }, paint);
    terminal.write(`${line}\n`);
  }
}

/** Someone steps through it. */
async function walk(stepper: Stepper, cursor: Cursor, wanted: Wanted, terminal: Terminal): Promise<void> {
  cursor.go(wanted.to ?? 1);
  await show(stepper, cursor, wanted, terminal);
  terminal.note(`${stepper.differences.length} differences; ? for help`);
  const typing = (line: string | null): void => terminal.write(`\r\u001b[K${line ?? ''}`);
  for await (const wish of wishes(process.stdin, typing)) {
    if (wish.kind === 'quit') return;
    if (wish.kind === 'help') terminal.write(`\n${replay.help}\n`);
    else if (wish.kind === 'state') await show(stepper, cursor, { ...wanted, state: true }, terminal);
    else if (moved(cursor, wish)) await show(stepper, cursor, wanted, terminal);
    else terminal.write('\u0007');
  }
}

function moved(cursor: Cursor, wish: Wish): boolean {
  switch (wish.kind) {
    case 'next':
      return cursor.move(1);
    case 'back':
      return cursor.move(-1);
    case 'first':
      return cursor.go(1);
    case 'last':
      return cursor.go(cursor.steps.length);
    case 'go':
      return cursor.go(wish.number);
    case 'find':
      return cursor.find(wish.text);
    default:
      return false;
  }
}

async function show(stepper: Stepper, cursor: Cursor, { json, state }: Wanted, terminal: Terminal): Promise<void> {
  const step = cursor.step as Step; // There is one: a cursor that has been moved stands on a step.
  const details = await stepper.at(step);
  const place = { number: cursor.index + 1, count: cursor.steps.length };
  if (json) {
    const { body, before, after, log } = details;
    const changes = before === null || after === null ? [] : changesOf(before, after);
    terminal.write(`${JSON.stringify({ ...step, body, changes, log, ...(state ? { state: after } : {}) })}\n`);
    return;
  }
  terminal.write(`${stepText(details, place, paintOf(terminal))}\n`);
  if (state) terminal.write(`${JSON.stringify(details.after, null, 2)}\n`);
}

/** @throws Failure DIFFERENCES when the replay was not what was recorded. */
function conclude({ differences }: Stepper, { json }: Wanted, terminal: Terminal): void {
  const paint = paintOf(terminal);
  for (const difference of differences.slice(0, DIFFERENCES_SHOWN)) {
    terminal.write(`${json ? JSON.stringify({ difference }) : differenceLine(difference, paint)}\n`);
  }
  if (differences.length === 0) return;
  const [first] = differences;
  throw new Failure(
    `${differences.length} differences, the first in turn ${first?.turn}: the program has changed, or is not deterministic`,
    'DIFFERENCES',
  );
}

/** One mistake has a thousand consequences. */
const DIFFERENCES_SHOWN = 50;
