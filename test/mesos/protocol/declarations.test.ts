/** What holds for all declarations at once. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decode, encode } from '../../../libprocess/codec/native.ts';
import { fromProtobuf, toProtobuf } from '../../../libprocess/codec/protobuf.ts';
import { fromJson, type Struct, toJson } from '../../../libprocess/index.ts';
import type { AnySchema } from '../../../libprocess/schema.ts';
import * as executorHost from '../../../mesos/protocol/executor-host.ts';
import * as protocol from '../../../mesos/protocol/index.ts';
import { bodyOf } from '../../libprocess/codec/arbitrary.ts';
import { text } from './fixtures.ts';

const { v0, agent, executor, master, registry, replicatedLog, resourceProvider, scheduler, stateStorage, ...nouns } =
  protocol;
const SPACES = { nouns, agent, executor, master, registry, replicatedLog, resourceProvider, scheduler, stateStorage };

const STRUCTS: readonly Struct<unknown>[] = Object.values(SPACES).flatMap(space =>
  Object.values(space).flatMap(structOf),
);

/** Messages between our own agent and executor host: Mesos has none like them. */
const OURS = new Set(Object.values(executorHost).flatMap(structOf));
const MESOS = STRUCTS.filter(struct => !OURS.has(struct));

/** The struct that an export declares: by itself, or as the body of a message. */
function structOf(value: unknown): Struct<unknown>[] {
  if (typeof value !== 'object' || value === null) return [];
  if ('body' in value) return structOf(value.body);
  return 'members' in value ? [value as Struct<unknown>] : [];
}

test('the index shows them all', () => {
  expect(STRUCTS.length).toBeGreaterThan(350);
});

test('no two structs share a name: a handshake tells field lists by it', () => {
  const names = STRUCTS.map(struct => struct.name);
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
});

test('every struct that is used anywhere can be reached from the index', () => {
  const known = new Set<AnySchema>(STRUCTS);
  const hidden = STRUCTS.flatMap(struct => struct.members)
    .filter(member => member.schema.kind === 'struct' && !known.has(member.schema))
    .map(member => member.name);
  expect(hidden).toEqual([]);
});

test('a default is of its field: an enum has that name, a number is one', () => {
  const wrong = STRUCTS.flatMap(struct => struct.members).filter(({ schema, default: value }) => {
    return schema.kind === 'enum' && value !== undefined && !(String(value) in schema.values);
  });
  expect(wrong).toEqual([]);
});

/** One line each for the structs and enums of Mesos' own declarations: names, numbers, rules and types in order. */
const THEIRS = new Set(text('numbers.txt').trimEnd().split('\n'));
const MARKS = { required: '!', optional: '', repeated: '*', map: '{}' };

test.each(MESOS.map(struct => ({ name: struct.name, line: lineOf(struct) })))(
  '$name has the numbers of Mesos',
  ({ line }) => {
    expect(THEIRS).toContain(line);
  },
);

test('enums have the numbers of Mesos', () => {
  const enums = MESOS.flatMap(struct => struct.members).flatMap(({ schema }) =>
    schema.kind === 'enum' ? [schema] : [],
  );
  const lines = enums.map(
    ({ name, values }) =>
      `${name} ${Object.entries(values)
        .map(([key, n]) => `${key}=${n}`)
        .join(' ')}`,
  );
  expect(lines.filter(line => !THEIRS.has(line))).toEqual([]);
});

/** As their declaration spells it: internal messages and the registry say slave. */
function lineOf(struct: Struct<unknown>): string {
  const spelling = struct.name.startsWith('mesos.v1.') ? struct : v0(struct);
  const fields = spelling.members.map(member => {
    return `${MARKS[member.rule]}${member.jsonName}=${member.number}:${member.schema.kind}`;
  });
  return [struct.name, ...fields].join(' ');
}

test('any body of any struct survives all three wires', () => {
  const cases = fc.constantFrom(...STRUCTS).chain(schema => bodyOf(schema).map(body => ({ schema, body })));
  fc.assert(
    fc.property(cases, ({ schema, body }) => {
      expect(decode(schema, encode(schema, body))).toEqual(body);
      expect(fromProtobuf(schema, toProtobuf(schema, body))).toEqual(body);
      expect(fromJson(schema, JSON.parse(JSON.stringify(toJson(schema, body))))).toMatchObject(body as object);
    }),
    { numRuns: 300 },
  );
});
