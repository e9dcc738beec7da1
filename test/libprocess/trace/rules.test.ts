import { expect, test } from 'vitest';
import type { Rule } from '../../../libprocess/trace/protocol.ts';
import { RULES_MAX, Rules } from '../../../libprocess/trace/rules.ts';

const UPDATE = {
  actor: 'master',
  name: 'mesos.internal.StatusUpdateMessage',
  body: { update: { status: { state: 'TASK_RUNNING', healthy: true } } },
};

function rule(rest: Partial<Rule>): Rule {
  return { id: 'r', action: 'break', actor: '', name: '', ...rest };
}

test.each([
  { rest: {}, fits: true, why: 'an empty rule' },
  { rest: { actor: 'master' }, fits: true, why: 'the actor' },
  { rest: { actor: 'slave*' }, fits: false, why: 'another actor' },
  { rest: { name: 'StatusUpdateMessage' }, fits: true, why: 'the last word of the name' },
  { rest: { where: { 'update.status.state': 'TASK_RUNNING' } }, fits: true, why: 'a field' },
  { rest: { where: { 'update.status.healthy': 'true' } }, fits: true, why: 'a field that is no text' },
  { rest: { where: { 'update.status.state': 'TASK_LOST' } }, fits: false, why: 'a field of another value' },
  { rest: { where: { 'update.status.reason': 'x' } }, fits: false, why: 'a field that is not there' },
  { rest: { where: { 'update.constructor.name': 'Object' } }, fits: false, why: 'what is no field' },
])('$why: $fits', ({ rest, fits }) => {
  const rules = new Rules();
  rules.add(rule(rest));
  expect(rules.take(UPDATE) !== null).toBe(fits);
});

test('a rule that applies twice is gone after the second time', () => {
  const rules = new Rules();
  rules.add(rule({ times: 2 }));
  expect([1, 2, 3].map(() => rules.take(UPDATE)?.id)).toEqual(['r', 'r', undefined]);
  expect(rules.isEmpty).toBe(true);
});

test('a rule of the same id takes the place of the first; too many are refused', () => {
  const rules = new Rules();
  for (let count = 0; count < RULES_MAX; count++) expect(rules.add(rule({ id: `r${count}` }))).toBe(true);
  expect(rules.add(rule({ id: 'more' }))).toBe(false);
  expect(rules.add(rule({ id: 'r1', action: 'drop' }))).toBe(true);
  expect(rules.all.find(({ id }) => id === 'r1')?.action).toBe('drop');
  expect(rules.remove('r1')).toBe(true);
  expect(rules.remove('r1')).toBe(false);
});
