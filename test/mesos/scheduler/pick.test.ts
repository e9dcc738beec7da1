/** What a scheduler takes of an offer for a task. */
import { expect, test } from 'vitest';
import { parseResourceList, parseResources } from '../../../mesos/common/resource-text.ts';
import { Resources } from '../../../mesos/common/resources.ts';
import { pick } from '../../../mesos/scheduler/pick.ts';

test.each([
  { offered: 'cpus:4;mem:1024', wanted: 'cpus:1;mem:128', taken: 'cpus:1;mem:128', why: 'there is room' },
  { offered: 'cpus:1', wanted: 'cpus:1', taken: 'cpus:1', why: 'it is just enough' },
  { offered: 'cpus:0.9', wanted: 'cpus:1', taken: null, why: 'it is a little short' },
  { offered: 'cpus:4', wanted: 'mem:1', taken: null, why: 'one kind is missing' },
  { offered: 'cpus(dev):1;cpus:4', wanted: 'cpus:2', taken: 'cpus(dev):1;cpus:1', why: 'reserved ones go first' },
  { offered: 'cpus:4;cpus(dev):3', wanted: 'cpus:2', taken: 'cpus(dev):2', why: 'reserved ones suffice' },
  { offered: 'ports:[1-9]', wanted: 'ports:[2-3]', taken: 'ports:[2-3]', why: 'the ports are free' },
  { offered: 'ports:[1-2]', wanted: 'ports:[2-3]', taken: null, why: 'a port is not free' },
  { offered: 'cpus:1', wanted: '', taken: '', why: 'nothing is wanted' },
])('$wanted of $offered: $why', ({ offered, wanted, taken }) => {
  const got = pick(parseResourceList(offered), parseResources(wanted));
  expect(got === null ? null : String(Resources.from(got))).toBe(taken === null ? null : String(parseResources(taken)));
});

test('what is taken stays allocated as it was offered', () => {
  const offered = parseResources('cpus:4').allocate('dev');
  expect(pick(offered, parseResources('cpus:1'))).toMatchObject([{ allocation_info: { role: 'dev' } }]);
});

test('revocable resources are not for tasks that do not ask for them', () => {
  const cpus = { name: 'cpus', type: 'SCALAR', scalar: { value: 4 }, revocable: {} } as const;
  expect(pick([cpus], parseResources('cpus:1'))).toBeNull();
});
