import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { attributesSummary, parseAttributes } from '../../../mesos/common/attributes.ts';
import { validateId } from '../../../mesos/common/ids.ts';
import { parseResources } from '../../../mesos/common/resource-text.ts';
import { Resources } from '../../../mesos/common/resources.ts';
import { ancestorsOf, topLevelRole, validateRole } from '../../../mesos/common/roles.ts';
import { addRanges, coalesce, containsRanges, subtractRanges, toValueRanges } from '../../../mesos/common/values.ts';
import type { Resource } from '../../../mesos/protocol/resources.ts';

const range = fc
  .record({ begin: fc.nat(60), size: fc.nat(9) })
  .map(({ begin, size }) => ({ begin, end: begin + size }));
const ranges = fc.array(range, { maxLength: 8 }).map(coalesce);

const resource: fc.Arbitrary<Resource> = fc
  .tuple(fc.constantFrom('cpus', 'mem', 'ports', 'zones'), fc.constantFrom('*', 'a', 'a/b'), fc.nat(5_000), ranges)
  .map(([name, role, amount, bounds]) => {
    if (name === 'ports') return { name, role, type: 'RANGES', ranges: { range: toValueRanges(bounds) } };
    if (name === 'zones') return { name, role, type: 'SET', set: { item: [`z${amount % 4}`] } };
    return { name, role, type: 'SCALAR', scalar: { value: amount / 1000 } };
  });
const resources = fc.array(resource, { maxLength: 6 }).map(Resources.from);

/** The points that ranges cover. */
function points(bounds: readonly number[]): Set<number> {
  const all = new Set<number>();
  for (const { begin, end } of toValueRanges(bounds)) for (let at = begin; at <= end; at++) all.add(at);
  return all;
}

describe('ranges are sets of numbers', () => {
  test('added, subtracted and compared as such, always in the fewest ranges', () => {
    fc.assert(
      fc.property(ranges, ranges, (a, b) => {
        const [x, y] = [points(a), points(b)];
        const [sum, rest] = [addRanges(a, b), subtractRanges(a, b)];
        expect(points(sum)).toEqual(new Set([...x, ...y].sort((p, q) => p - q)));
        expect(points(rest)).toEqual(new Set([...x].filter(at => !y.has(at))));
        expect(containsRanges(a, b)).toBe([...y].every(at => x.has(at)));
        for (const each of [sum, rest]) expect(coalesce(toValueRanges(each))).toEqual(each);
      }),
    );
  });
});

describe('resources', () => {
  test('addition does not mind the order', () => {
    fc.assert(fc.property(resources, resources, (a, b) => a.add(b).equals(b.add(a))));
  });

  test('(a + b) - b is a, where sets and ranges do not overlap', () => {
    fc.assert(
      fc.property(resources, resources, (a, b) => {
        const apart = b.filter(kind => kind.isScalar);
        expect(a.add(apart).subtract(apart).equals(a)).toBe(true);
      }),
    );
  });

  test('a sum contains its parts, and what contains a sum contains each part', () => {
    fc.assert(
      fc.property(resources, resources, resources, (a, b, c) => {
        expect(a.add(b).contains(b)).toBe(true);
        if (c.contains(a.add(b))) expect(c.contains(a)).toBe(true);
      }),
    );
  });

  test('what is contained can be taken and put back', () => {
    fc.assert(
      fc.property(resources, resources, (a, b) => {
        if (a.contains(b)) expect(a.subtract(b).add(b).equals(a)).toBe(true);
      }),
    );
  });

  test('allocating and back, and the wire and back, change nothing', () => {
    fc.assert(
      fc.property(resources, a => {
        expect(a.allocate('r').unallocate().equals(a)).toBe(true);
        expect(Resources.from(a.toArray()).equals(a)).toBe(true);
      }),
    );
  });

  test('thousandths add up exactly', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(1e9)), amounts => {
        const sum = Resources.sum(amounts.map(amount => parseResources(`mem:${amount / 1000}`)));
        expect(sum.amountOf('mem')).toBe(amounts.reduce((a, b) => a + b, 0));
      }),
    );
  });
});

test('attributes are numbers, ranges or text', () => {
  expect(attributesSummary(parseAttributes('rack:r1;zone:[1-3,5-6];gen:2.5\nurl:http://x:1'))).toEqual({
    rack: 'r1',
    zone: '[1-3, 5-6]',
    gen: 2.5,
    url: 'http://x:1',
  });
});

test.each(['rack', ':x', 'rack:', 'rack:{a,b}'])('%s is no attribute', text => {
  expect(() => parseAttributes(text)).toThrow(`Invalid attribute key:value pair '${text}'`);
});

test.each([
  ['', 'ID must not be empty'],
  ['x'.repeat(256), 'ID must not be greater than 255 characters'],
  ['.', "'.' is disallowed"],
  ['..', "'..' is disallowed"],
  ['a/b', "'a/b' contains invalid characters"],
  ['a\\b', "'a\\b' contains invalid characters"],
  ['a\nb', "'a\nb' contains invalid characters"],
  ['x'.repeat(255), null],
  ['... ü', null],
])('id %j: %s', (id, error) => {
  expect(validateId(id)).toBe(error);
});

test.each([
  ['*', null],
  ['eng/web', null],
  ['', 'Role names cannot be the empty string'],
  ['/a', "Role '/a' cannot start with a slash"],
  ['a/', "Role 'a/' cannot end with a slash"],
  ['a//b', "Role 'a//b' cannot contain two adjacent slashes"],
  ['a/./b', "Role 'a/./b' cannot include '.' as a component"],
  ['..', "Role '..' cannot include '..' as a component"],
  ['a/*', "Role 'a/*' cannot include '*' as a component"],
  ['a/-b', "Role component '-b' is invalid because it starts with a dash"],
  ['a b', "Role component 'a b' is invalid because it contains backspace or whitespace"],
])('role %j: %s', (role, error) => {
  expect(validateRole(role)).toBe(error);
});

test('the roles above a role', () => {
  expect(ancestorsOf('a/b/c')).toEqual(['a/b', 'a']);
  expect([topLevelRole('a/b/c'), topLevelRole('a')]).toEqual(['a', 'a']);
});
