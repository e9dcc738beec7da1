/** How shapes are taken and compared, and that those of Apache Mesos are those of its answers. */
import { expect, test } from 'vitest';
import { noCaptures, shape, shapeNames, shapeOfCapture } from './captures.ts';
import { shapeDifferences, shapeOf } from './shape.ts';

test('a shape has values of the same types, and of a list what differs', () => {
  expect(shapeOf({ b: 'x', a: [1, 2, { c: true }, null] })).toEqual({ b: '', a: [0, { c: false }, null] });
});

test.each([
  { what: 'a missing key', ours: {}, theirs: { a: 1 }, says: 'a is missing' },
  { what: 'a key too many', ours: { a: 1 }, theirs: {}, says: 'a is not in Mesos' },
  { what: 'another type', ours: { a: '1' }, theirs: { a: 1 }, says: 'a: string where Mesos has number' },
  {
    what: 'another order',
    ours: { a: 1, b: 1 },
    theirs: { b: 1, a: 1 },
    says: ': has a,b in this order, and Mesos b,a',
  },
  { what: 'an empty list', ours: { a: [] }, theirs: { a: [1] }, says: 'a is empty, and not so in Mesos' },
  { what: 'an element like none', ours: [{ a: '' }], theirs: [{ a: 1 }], says: '[].a: string where Mesos has number' },
])('shapes differ by $what', ({ ours, theirs, says }) => {
  expect(shapeDifferences(ours, theirs)).toEqual([says]);
});

test('what is free may be missing or empty', () => {
  expect(shapeDifferences({ a: [] }, { a: [1], b: 1 }, { free: ['a', 'b'] })).toEqual([]);
});

test.skipIf(noCaptures !== null).each(shapeNames())('the shape of %s is that of the captured answer', name => {
  const [ours, theirs] = [shape(name), shapeOfCapture(name)].map(each => JSON.stringify(each));
  expect(ours).toBe(theirs);
});
