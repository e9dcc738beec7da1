/** State machines: who may move them, and who hears of it. */
import { expect, test } from 'vitest';
import { StateMachine } from '../../libprocess/index.ts';

type Life = 'starting' | 'running' | 'stopped';

test.each([
  ['from where it stands', 'starting', true, 'running'],
  ['from one of a list', ['stopped', 'starting'], true, 'running'],
  ['from elsewhere', 'stopped', false, 'starting'],
] as const)('a transition %s', (_why, from, moves, ends) => {
  const life = new StateMachine<Life>('starting');
  expect([life.transition(from, 'running'), life.state]).toEqual([moves, ends]);
});

test('who waits for a state hears of it once it comes, or at once', () => {
  const life = new StateMachine<Life>('starting');
  const [early, never] = [life.wait('running', 'stopped'), life.wait('stopped')];
  life.transition('starting', 'running');
  expect([early.value, never.state, life.wait('running').value]).toEqual(['running', 'pending', 'running']);
});

test('who gives up waiting hears of nothing', () => {
  const life = new StateMachine<Life>('starting');
  const waiting = life.wait('running');
  waiting.discard();
  life.transition('starting', 'running');
  expect(waiting.state).toBe('discarded');
});
