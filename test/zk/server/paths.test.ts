import { expect, test } from 'vitest';
import { ancestorsOf, isWithin, pathFault, sequenceSuffix } from '../../../zk/server/paths.ts';

test.each([
  ['', 'Path length must be > 0'],
  ['x', 'Path must start with / character'],
  ['/a/', 'Path must not end with / character'],
  ['/a//b', 'empty node name specified @3'],
  ['//a', 'empty node name specified @1'],
  ['/.', 'relative paths not allowed @2'],
  ['/a/../b', 'relative paths not allowed @5'],
  ['/a\0', 'null character not allowed @2'],
  ['/a\u0001', 'invalid character @2'],
  ['/\u001f', 'invalid character @1'],
  ['/\u007f', 'invalid character @1'],
  ['/\u009f', 'invalid character @1'],
  ['/\ue000', 'invalid character @1'],
  ['/\uf8ff', 'invalid character @1'],
  ['/\ufff0', 'invalid character @1'],
  ['/😀', 'invalid character @1'],
])('%j is refused: %s', (path, fault) => {
  expect(pathFault(path)).toBe(fault);
});

test.each(['/', '/a', '/a/b', '/...', '/a.', '/.a', '/ ', '/~', '/\u00a0', '/\uf900', '/\uffef', '/ä'])(
  '%j is fine',
  path => {
    expect(pathFault(path)).toBeNull();
  },
);

test.each([
  [0, '0000000000'],
  [42, '0000000042'],
  [2147483647, '2147483647'],
  [-2147483648, '-2147483648'],
  [-1, '-000000001'],
])('the suffix of %i is %s', (counter, suffix) => {
  expect(sequenceSuffix(counter)).toBe(suffix);
});

test('what is above a path ends with the root', () => {
  expect(ancestorsOf('/a/b/c')).toEqual(['/a/b', '/a', '/']);
  expect(ancestorsOf('/a')).toEqual(['/']);
  expect(ancestorsOf('/')).toEqual([]);
});

test('a path is within itself and what is above, not in what only begins alike', () => {
  expect([isWithin('/a/b', '/a'), isWithin('/a', '/a'), isWithin('/a', '/'), isWithin('/ab', '/a')]).toEqual([
    true,
    true,
    true,
    false,
  ]);
});
