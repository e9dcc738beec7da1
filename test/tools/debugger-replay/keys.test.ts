import { expect, test } from 'vitest';
import { Cursor } from '../../../tools/debugger/replay/cursor.ts';
import { Keyboard, type Wish } from '../../../tools/debugger/replay/keys.ts';

function typed(...keys: string[]): Wish[] {
  const keyboard = new Keyboard();
  return keys.flatMap(key => keyboard.press(key) ?? []);
}

test.each([
  { keys: ['n', '\u001b[C', ' '], wishes: ['next', 'next', 'next'] },
  { keys: ['p', '\u001b[A'], wishes: ['back', 'back'] },
  { keys: ['g', 'G', 's', '?', 'q'], wishes: ['first', 'last', 'state', 'help', 'quit'] },
  { keys: ['x', 'y'], wishes: [] },
])('keys $keys ask for $wishes', ({ keys, wishes }) => {
  expect(typed(...keys).map(wish => wish.kind)).toEqual(wishes);
});

test('a number and Enter goes there, and may be corrected', () => {
  expect(typed('4', '3', '\u007f', '1', '\r')).toEqual([{ kind: 'go', number: 41 }]);
});

test('f and a text finds it, with letters that are keys otherwise', () => {
  expect(typed('f', 'n', 'p', 'q', '\r', 'n')).toEqual([{ kind: 'find', text: 'npq' }, { kind: 'next' }]);
});

test('Escape forgets what was typed', () => {
  expect(typed('4', '\u001b', 'n')).toEqual([{ kind: 'next' }]);
});

const steps = ['Register', 'offer', 'StatusUpdate', 'offer'].map((name, index) => {
  return { turn: index + 1, actor: 'master', kind: 'message', name, from: '', at: 0 } as const;
});

test('a cursor goes no further than the steps do', () => {
  const cursor = new Cursor(steps);
  expect([cursor.go(1), cursor.move(-1), cursor.index]).toEqual([true, false, 0]);
  expect([cursor.go(99), cursor.move(1), cursor.index]).toEqual([true, false, 3]);
});

test('finding goes on behind the present step, and around', () => {
  const cursor = new Cursor(steps);
  cursor.go(2);
  expect([cursor.find('OFFER'), cursor.index]).toEqual([true, 3]);
  expect([cursor.find('status'), cursor.index]).toEqual([true, 2]);
  expect([cursor.find('nothing'), cursor.index]).toEqual([false, 2]);
});
