/** Bodies of any schema, for fast-check: everything that a declaration allows, and nothing else. */
import fc from 'fast-check';
import type { AnySchema, Member, Struct } from '../../../libprocess/schema.ts';

const DEPTH_MAX = 5;

/** Well-formed text: a lone surrogate has no UTF-8. */
const text = fc.string({ unit: 'binary', maxLength: 8 });

export function bodyOf<T>(schema: Struct<T>): fc.Arbitrary<T> {
  return anyValue(schema, 0) as fc.Arbitrary<T>;
}

function anyValue(schema: AnySchema, depth: number): fc.Arbitrary<unknown> {
  switch (schema.kind) {
    case 'struct':
      return anyStruct(schema, depth);
    case 'enum':
      return fc.constantFrom(...Object.keys(schema.values));
    case 'string':
      return text;
    case 'bool':
      return fc.boolean();
    case 'double':
      return fc.double({ noNaN: true }).map(value => (value === 0 ? 0 : value)); // JSON has no negative zero.
    case 'int32':
      return fc.integer();
    case 'uint32':
      return fc.nat(2 ** 32 - 1);
    case 'int64':
      return fc.maxSafeInteger();
    case 'uint64':
      return fc.maxSafeNat();
    case 'bytes':
      return fc.uint8Array({ maxLength: 8 });
  }
}

function anyStruct(struct: Struct<unknown>, depth: number): fc.Arbitrary<unknown> {
  const members = struct.members.filter(member => member.rule === 'required' || depth < DEPTH_MAX);
  const fields = Object.fromEntries(members.map(member => [member.name, anyMember(member, depth + 1)]));
  const requiredKeys = members.filter(member => member.rule === 'required').map(member => member.name);
  return fc.record(fields, { requiredKeys, noNullPrototype: true });
}

/** Lists and maps are never empty: that means the same as missing and comes back so. */
function anyMember(member: Member, depth: number): fc.Arbitrary<unknown> {
  const value = fc.constant(null).chain(() => anyValue(member.schema, depth)); // Lazily: a struct may hold itself.
  if (member.rule === 'repeated') return fc.array(value, { minLength: 1, maxLength: 3 });
  if (member.rule === 'map') return fc.dictionary(text, value, { minKeys: 1, maxKeys: 3, noNullPrototype: true });
  return value;
}
