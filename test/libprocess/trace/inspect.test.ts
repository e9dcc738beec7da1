import { expect, test } from 'vitest';
import { fieldsOf } from '../../../libprocess/trace/inspect.ts';

class Actor {
  readonly $mailbox = [];
  open = 'to all';
  readonly #tasks = new Map([['task-1', { state: 'RUNNING' }]]);
  #count = 3;
  readonly #credential = 'dGVzdA==';

  tick(): string {
    this.#count += 1;
    return `${this.#tasks.size} ${this.#credential}`;
  }
}

test('private fields are shown as they are now, secrets and the runtime’s own are not', () => {
  const actor = new Actor();
  actor.tick();
  expect(fieldsOf(actor)).toEqual({
    open: 'to all',
    '#tasks': { 'task-1': { state: 'RUNNING' } },
    '#count': 4,
    '#credential': '[secret]',
  });
});
