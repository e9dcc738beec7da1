import { expect, test } from 'vitest';
import { Process } from '../../../../libprocess/process.ts';
import type { Runtime } from '../../../../libprocess/runtime.ts';
import { changesOf } from '../../../../libprocess/trace/record/changes.ts';
import { stateOf } from '../../../../libprocess/trace/record/state.ts';
import { type Start, type StepDetails, Stepper } from '../../../../libprocess/trace/record/stepper.ts';
import { record, runtimeOn } from './small.ts';

class Entry {
  readonly #balance: number;

  constructor(balance: number) {
    this.#balance = balance;
  }

  get balance(): number {
    return this.#balance;
  }
}

class Ledger extends Process {
  readonly #entries = new Map<string, Entry>();
  readonly #book = { entries: this.#entries, owner: this };

  constructor() {
    super('ledger');
  }

  protected override initialize(): void {
    this.#add(1);
  }

  #add(amount: number): void {
    const before = this.#book.entries.get('total')?.balance ?? 0;
    this.#entries.set('total', new Entry(before + amount));
    this.log.warn(`added ${amount}`);
    if (amount < 5) this.delay(100, this.#add, amount + 1);
    else this.terminate();
  }
}

function boot(runtime: Runtime): void {
  runtime.spawn(new Ledger());
}

const start: Start = async (options, tape) => {
  const runtime = await runtimeOn(options);
  tape.follow(runtime);
  boot(runtime);
};

async function open(): Promise<Stepper> {
  const live = await record(boot);
  await live.advance(1_000);
  return Stepper.open(await live.end(), start);
}

const totalIn = ({ after }: StepDetails): unknown =>
  (after as { '#entries': { total: { '#balance': number } } } | null)?.['#entries'].total['#balance'] ?? null;

test('stepping back shows what stepping forwards showed', async () => {
  const stepper = await open();
  const steps = stepper.stepsOf('ledger');
  const forwards: StepDetails[] = [];
  for (const step of steps) forwards.push(await stepper.at(step));
  const backwards: StepDetails[] = [];
  for (const step of [...steps].reverse()) backwards.unshift(await stepper.at(step));
  await stepper.close();
  expect(forwards.map(totalIn)).toEqual([1, 3, 6, 10, 15, null]);
  expect(backwards).toEqual(forwards);
});

test('a step shows what was logged in it, and what it changed', async () => {
  const stepper = await open();
  const { log, before, after } = await stepper.at(stepper.steps[2] ?? expect.fail('no third step'));
  await stepper.close();
  expect(log).toEqual(['WARN added 3']);
  expect(changesOf(before, after)).toEqual([{ path: '#entries.total.#balance', before: 3, after: 6 }]);
});

test('a state shows an object where it is met first, and points to it from elsewhere', () => {
  expect(stateOf(new Ledger())).toEqual({
    '#entries': {},
    '#book': { entries: '→ #entries', owner: '[Ledger undefined]' },
  });
});

test.each([
  { before: { a: 1 }, after: { a: 1 }, changes: [] },
  { before: { a: { b: 1 } }, after: { a: { b: 2 } }, changes: [{ path: 'a.b', before: 1, after: 2 }] },
  { before: {}, after: { a: [1] }, changes: [{ path: 'a', before: undefined, after: [1] }] },
  { before: { a: [1, 2] }, after: { a: [1] }, changes: [{ path: 'a.1', before: 2, after: undefined }] },
  { before: { a: [] }, after: { a: {} }, changes: [{ path: 'a', before: [], after: {} }] },
])('from $before to $after', ({ before, after, changes }) => {
  expect(changesOf(before, after)).toEqual(changes);
});
