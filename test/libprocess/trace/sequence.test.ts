/** Sequence diagrams in text. */
import { expect, test } from 'vitest';
import { type Step, sequenceDiagram } from '../../../libprocess/trace/sequence.ts';

const step = (at: number, from: string, to: string, name: string, more: Partial<Step> = {}): Step => ({
  at,
  kind: 'message',
  from,
  to,
  name,
  ...more,
});
const picture = (lines: string): string => lines.slice(1).replace(/^ {4}/gm, '').trimEnd();

test('messages are arrows between columns, in the order in which their ends appear', () => {
  const steps = [step(0, 'client@a:1', 'server@b:1', 'Note'), step(1.5, 'server@b:1', 'client@a:1', 'Acknowledge')];
  expect(sequenceDiagram(steps)).toBe(
    picture(`
                client          server
          0 ms     ├─────Note─────▶│
        1.5 ms     │◀─Acknowledge──┤
    `),
  );
});

test('what an actor does by itself stands beside its column, and what never arrives ends in a cross', () => {
  const steps = [step(10, 'a', 'b', 'Go'), step(20, 'a', 'a', '#retry'), step(20, 'a', 'b', 'Go', { dropped: 'lost' })];
  expect(sequenceDiagram(steps)).toBe(
    picture(`
                 a          b
          0 ms   ├────Go───▶│
         10 ms   ├ #retry   │
         10 ms   ├────Go───✗│  lost
    `),
  );
});

test('columns stand in the order that is asked for, and an arrow passes those between', () => {
  const steps = [step(5, 'a', 'c', 'Far'), step(6, 'c', 'b', 'Near')];
  expect(sequenceDiagram(steps, { columns: ['b', 'a'], sinceMs: 0 })).toBe(
    picture(`
                 b       a       c
          5 ms   │       ├──Far─▶│
          6 ms   │◀────Near──────┤
    `),
  );
});

test('two actors of one id are told apart by their addresses', () => {
  const [heads] = sequenceDiagram([step(0, 'lock@10.0.0.1:1', 'lock@10.0.0.2:1', 'Hi')]).split('\n');
  expect(heads?.trim().split(/ +/)).toEqual(['lock@10.0.0.1:1', 'lock@10.0.0.2:1']);
});

test('no steps give no picture', () => expect(sequenceDiagram([])).toBe(''));
