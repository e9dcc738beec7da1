/**
 * Sequence diagrams in text: a column for each actor, time downwards, an arrow for each message.
 *
 *            client       server
 *       0 ms    ├────Note────▶│
 *       1 ms    │◀───Ack──────┤
 *      10 ms    ├ #retry      │
 *      10 ms    ├────Note────✗│  lost
 *
 * Pure: a test keeps the picture of a conversation as a snapshot, a debugger prints one.
 */

/** One message, call, timer or exit. */
export interface Step {
  /** In milliseconds. */
  readonly at: number;
  readonly kind: string;
  readonly name: string;
  /** PIDs (`id@ip:port`), or whatever names the two ends. */
  readonly from: string;
  readonly to: string;
  /** Why it never arrived. */
  readonly dropped?: string | undefined;
}

/** How a diagram is laid out. */
export interface SequenceOptions {
  /** Who comes first, by id or by PID; those that are not named follow as they come. */
  readonly columns?: readonly string[] | undefined;
  /** What is 0 in the picture, as `at` counts; by default the first step. */
  readonly sinceMs?: number | undefined;
}

/** From one column to the next, at least. */
const GAP_MIN = 8;
/** What an arrow needs besides its name. */
const ARROW_ROOM = 5;
const MARGIN = '  ';

/** `steps` as lines of text without blanks at their ends; empty for no steps. */
export function sequenceDiagram(steps: readonly Step[], options: SequenceOptions = {}): string {
  const [first] = steps;
  if (first === undefined) return '';
  const columns = new Columns(steps, options.columns ?? []);
  const sinceMs = options.sinceMs ?? first.at;
  const times = steps.map(({ at }) => `${Math.round((at - sinceMs) * 1_000) / 1_000} ms`);
  const timeWidth = Math.max(...times.map(time => time.length), 10);
  const lines = steps.map((step, index) => `${times[index]?.padStart(timeWidth)}${MARGIN}${columns.arrow(step)}`);
  return [`${' '.repeat(timeWidth)}${MARGIN}${columns.heads()}`, ...lines].map(line => line.trimEnd()).join('\n');
}

class Columns {
  readonly #names: readonly string[];
  readonly #labels: readonly string[];
  /** Where each column's line is. */
  readonly #places: readonly number[];

  constructor(steps: readonly Step[], first: readonly string[]) {
    this.#names = namesOf(steps, first);
    this.#labels = labelsOf(this.#names);
    this.#places = placesOf(this.#labels, this.#roomsFor(steps));
  }

  heads(): string {
    const row = new Row();
    for (const [index, label] of this.#labels.entries()) {
      row.write(this.#place(index) - Math.floor(label.length / 2), label);
    }
    return row.text;
  }

  arrow(step: Step): string {
    const row = new Row();
    for (const place of this.#places) row.write(place, '│');
    const [from, to] = [this.#place(this.#indexOf(step.from)), this.#place(this.#indexOf(step.to))];
    row.write(from, from <= to ? '├' : '┤');
    const end = step.dropped === undefined ? null : '✗';
    if (from === to) row.write(from + 2, end === null ? step.name : `${end} ${step.name}`);
    else drawArrow(row, from, to, step.name, end);
    return end === null ? row.text : `${row.text}${MARGIN}${step.dropped}`;
  }

  /** Room that steps need behind a column: between two neighbours, or beside one that does something by itself. */
  #roomsFor(steps: readonly Step[]): number[] {
    const rooms = this.#names.map(() => GAP_MIN);
    for (const { from, to, name } of steps) {
      const [left, right] = [this.#indexOf(from), this.#indexOf(to)].toSorted((a, b) => a - b);
      if (left === undefined || right === undefined) continue;
      // An arrow over several columns is named in its middle, wherever that is: only short ways have to make room.
      if (right - left <= 1) rooms[left] = Math.max(rooms[left] ?? 0, name.length + ARROW_ROOM);
    }
    return rooms;
  }

  #indexOf(name: string): number {
    return this.#names.indexOf(name);
  }

  #place(index: number): number {
    return this.#places[index] ?? 0;
  }
}

function drawArrow(row: Row, from: number, to: number, name: string, end: string | null): void {
  const [left, right] = [Math.min(from, to) + 1, Math.max(from, to) - 1];
  row.write(left, '─'.repeat(right - left + 1));
  row.write(Math.max(left + 1, Math.floor((left + right + 1 - name.length) / 2)), name);
  if (from < to) row.write(right, end ?? '▶');
  else row.write(left, end ?? '◀');
}

function namesOf(steps: readonly Step[], first: readonly string[]): string[] {
  const seen = new Set(steps.flatMap(({ from, to }) => [from, to]));
  const named = first.flatMap(name => [...seen].filter(each => each === name || idOf(each) === name));
  return [...new Set([...named, ...seen])];
}

/** The id where that says who is meant, the whole PID where two have the same. */
function labelsOf(names: readonly string[]): string[] {
  const ids = names.map(idOf);
  return names.map((name, index) => (ids.filter(id => id === ids[index]).length === 1 ? idOf(name) : name));
}

function placesOf(labels: readonly string[], rooms: readonly number[]): number[] {
  const half = (index: number): number => Math.ceil((labels[index]?.length ?? 0) / 2);
  const places: number[] = [];
  labels.forEach((_label, index) => {
    const before = places[index - 1];
    const gap = Math.max(rooms[index - 1] ?? 0, half(index - 1) + half(index) + 2);
    places.push(before === undefined ? half(index) : before + gap);
  });
  return places;
}

function idOf(name: string): string {
  const at = name.indexOf('@');
  return at > 0 ? name.slice(0, at) : name;
}

/** A line of text that is written to at any place. */
class Row {
  readonly #characters: string[] = [];

  write(at: number, text: string): void {
    while (this.#characters.length < at) this.#characters.push(' ');
    [...text].forEach((character, index) => {
      this.#characters[at + index] = character;
    });
  }

  get text(): string {
    return this.#characters.join('');
  }
}
