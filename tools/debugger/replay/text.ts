/**
 * Steps of a replay as text. Pure.
 *
 *     41/57  turn 55  12:00:05.871  message  mesos.internal.StatusUpdateMessage  from slave(1)
 *            { "update": { … } }
 *            #context.cluster.tasks.t1.state   "TASK_RUNNING" → "TASK_FINISHED"
 */
import { type Change, changesOf, type Difference, type Step, type StepDetails } from '../../../libprocess/index.ts';
import { clockTime, shortName } from '../cli/event-text.ts';
import type { Paint } from '../cli/paint.ts';

/** Letters of one value. */
const VALUE_WIDTH = 160;
const BODY_WIDTH = 2_000;
const INDENT = '        ';

export interface Place {
  /** From 1. */
  readonly number: number;
  readonly count: number;
}

/** One line: which step, when, what, of whom. */
export function stepLine(step: Step, { number, count }: Place, paint: Paint): string {
  const place = `${String(number).padStart(String(count).length)}/${count}`;
  const parts = [paint.dim(place), paint.dim(`turn ${step.turn}`), paint.dim(clockTime(step.at))];
  const from = step.from === '' ? '' : ` ${paint.dim('from')} ${shortName(step.from)}`;
  return `${parts.join('  ')}  ${step.actor}  ${paint.cyan(step.kind)}  ${paint.bold(step.name)}${from}`;
}

/** A step with its body, what was logged, and what it changed. */
export function stepText(details: StepDetails, place: Place, paint: Paint): string {
  const { step, body, before, after, log } = details;
  const lines = [stepLine(step, place, paint)];
  if (body !== null && body !== undefined) lines.push(paint.dim(INDENT + cut(JSON.stringify(body), BODY_WIDTH)));
  lines.push(...log.map(line => `${INDENT}${paint.blue(line)}`));
  if (after === null) lines.push(`${INDENT}${paint.yellow(`${step.actor} has ended`)}`);
  else if (before === null) lines.push(`${INDENT}${paint.yellow(`${step.actor} begins`)}`);
  else lines.push(...changeLines(changesOf(before, after), paint));
  return lines.join('\n');
}

function changeLines(changes: readonly Change[], paint: Paint): string[] {
  if (changes.length === 0) return [`${INDENT}${paint.dim('changes nothing')}`];
  return changes.map(({ path, before, after }) => {
    const values = `${paint.red(valueText(before))} → ${paint.green(valueText(after))}`;
    return `${INDENT}${path}   ${values}`;
  });
}

/** In which turn, what was expected and what was found. */
export function differenceLine({ turn, what, expected, found }: Difference, paint: Paint): string {
  const head = paint.yellow(`difference in turn ${turn} (${what})`);
  return `${head}\n${INDENT}recorded  ${expected}\n${INDENT}replayed  ${found}`;
}

function valueText(value: unknown): string {
  return value === undefined ? 'nothing' : cut(JSON.stringify(value), VALUE_WIDTH);
}

function cut(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, width)}… (${text.length} letters)`;
}
