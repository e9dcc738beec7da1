/** JSON by Mesos' rules: the table of leniency, case by case, and the texts of refusal. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fromJson, toJson } from '../../../libprocess/codec/json.ts';
import { Failure } from '../../../libprocess/failure.ts';
import { opt, renamed, req, struct } from '../../../libprocess/schema.ts';
import { bodyOf } from './arbitrary.ts';
import { Colour, Everything, Point, Strict } from './shapes.ts';

const N = { name: 'n' };

function refusal(schema: Parameters<typeof fromJson>[0], json: unknown): string {
  try {
    fromJson(schema, json);
  } catch (error) {
    if (error instanceof Failure && error.code === 'MALFORMED') return error.message;
    throw error;
  }
  return 'accepted';
}

test('unset fields with a default are printed, deprecated ones, others and empty lists are not', () => {
  expect(toJson(Everything, { ...N, words: [] })).toEqual({ name: 'n', flag: false, shown: [] });
});

test('a set field is printed although it has its default, is deprecated or is a default of its type', () => {
  const body: Everything = { name: '', flag: false, old: '*', small: 0, data: new Uint8Array() };
  expect(toJson(Everything, body)).toEqual({ name: '', flag: false, small: 0, data: '', old: '*', shown: [] });
});

test('fields are printed in declaration order, whatever the order of the body', () => {
  const json = toJson(Everything, { words: ['w'], colour: 'RED', name: 'n', big: 1 });
  expect(Object.keys(json)).toEqual(['name', 'colour', 'flag', 'big', 'words', 'shown']);
});

test('bytes are base64, 64-bit integers numbers, enums names, maps objects, structs nest with their defaults', () => {
  const body: Everything = {
    ...N,
    data: new Uint8Array([255, 254]),
    big: -5,
    colour: 'GREEN',
    places: { a: { x: 1 } },
  };
  expect(toJson(Everything, body)).toMatchObject({
    data: '//4=',
    big: -5,
    colour: 'GREEN',
    places: { a: { x: 1, y: 1.5 } },
  });
});

test('an infinite double is printed as the string that is read back', () => {
  const json = toJson(Everything, { ...N, ratio: Number.NEGATIVE_INFINITY });
  expect(JSON.parse(JSON.stringify(json))).toMatchObject({ ratio: '-Infinity' });
});

test('any body comes back equal, but for its defaults', () => {
  fc.assert(
    fc.property(bodyOf(Everything), body => {
      const json: unknown = JSON.parse(JSON.stringify(toJson(Everything, body)));
      const back = fromJson(Everything, json);
      expect(back).toMatchObject(body);
      expect(toJson(Everything, back)).toEqual(toJson(Everything, body));
    }),
  );
});

test.each([
  { json: { unknown: 1 }, body: {}, why: 'unknown keys are ignored' },
  { json: { ratio: null, words: null, places: null, point: null }, body: {}, why: 'null is unset' },
  {
    json: { ratio: '2.5', small: '-3', natural: '7', big: '5' },
    body: { ratio: 2.5, small: -3, natural: 7, big: 5 },
    why: 'numbers may be strings',
  },
  { json: { flag: 'true' }, body: { flag: true }, why: 'booleans may be strings' },
  { json: { ratio: 'Infinity' }, body: { ratio: Number.POSITIVE_INFINITY }, why: 'doubles may be infinite' },
  { json: { ratio: 3 }, body: { ratio: 3 }, why: 'a double may be written as an integer' },
  {
    json: { small: 2.9, natural: -1, big: 1.5 },
    body: { small: 2, natural: 4294967295, big: 1 },
    why: 'integers are cut and wrapped',
  },
  { json: { big: 2 ** 63 }, body: { big: 2 ** 63 - 1024 }, why: 'the largest integer stays positive' },
  { json: { colour: 'BLUE' }, body: {}, why: 'an unknown enum name is unset' },
  {
    json: { colours: ['RED', 'BLUE'] },
    body: { colours: ['RED'] },
    why: 'an unknown enum name in a list is not there',
  },
  { json: { words: 'w' }, body: { words: ['w'] }, why: 'one value stands for a list of one' },
  { json: { points: { x: 1 } }, body: { points: [{ x: 1 }] }, why: 'one object stands for a list of one' },
  {
    json: { words: ['a', ['b', null], 'c'] },
    body: { words: ['a', 'b', 'c'] },
    why: 'lists within a list are one list',
  },
  { json: { words: [] }, body: {}, why: 'an empty list is unset' },
  {
    json: { places: [{ a: { x: 1 } }, { b: { x: 2 } }] },
    body: { places: { a: { x: 1 }, b: { x: 2 } } },
    why: 'maps in a list are one map',
  },
  { json: { data: ' //\n4= ' }, body: { data: new Uint8Array([255, 254]) }, why: 'base64 may hold blanks' },
  { json: { data: '//4' }, body: { data: new Uint8Array([255, 254]) }, why: 'base64 may lack its padding' },
])('read: $why', ({ json, body }) => {
  expect(fromJson(Everything, { ...N, ...json })).toEqual({ ...N, ...body });
});

test.each([
  { json: 'x', text: 'Expecting a JSON object' },
  { json: [N], text: 'Expecting a JSON object' },
  { json: null, text: 'Expecting a JSON object' },
  { json: {}, text: 'Missing required fields: name' },
  { json: { name: null }, text: 'Missing required fields: name' },
  { json: { ...N, ratio: [1] }, text: "Not expecting a JSON array for field 'ratio'" },
  { json: { ...N, ratio: {} }, text: "Not expecting a JSON object for field 'ratio'" },
  { json: { ...N, ratio: true }, text: "Not expecting a JSON boolean for field 'ratio'" },
  { json: { name: 1 }, text: "Not expecting a JSON number for field 'name'" },
  { json: { ...N, colour: 1 }, text: "Not expecting a JSON number for field 'colour'" },
  { json: { ...N, point: 'p' }, text: "Not expecting a JSON string for field 'point'" },
  { json: { ...N, words: [{}] }, text: "Not expecting a JSON object for field 'words'" },
  { json: { ...N, flag: 1 }, text: "Not expecting a JSON number for field 'flag'" },
  { json: { ...N, data: 1 }, text: "Not expecting a JSON number for field 'data'" },
  { json: { ...N, places: 'p' }, text: "Not expecting a JSON string for field 'places'" },
  { json: { ...N, places: { a: 1 } }, text: "Not expecting a JSON number for field 'value'" },
  { json: { ...N, data: 'a-b' }, text: "Failed to base64 decode bytes field 'data': Invalid character '-'" },
  {
    json: { ...N, big: 'x' },
    text: "Failed to parse 'x' as a JSON number for field 'big': syntax error at line 1 near: x",
  },
  {
    json: { ...N, flag: '1' },
    text: "Failed to parse '1' as a JSON boolean for field 'flag': Unexpected JSON type parsed",
  },
  { json: { words: 1, name: 2, colour: 3 }, text: "Not expecting a JSON number for field 'colour'" },
])('refused: $text', ({ json, text }) => {
  expect(refusal(Everything, json)).toBe(text);
});

test('an unknown name of a required enum is refused', () => {
  expect(refusal(Strict, { a: 'BLUE', b: 'b' })).toBe("Failed to find enum for 'BLUE'");
});

test('missing fields are named with their path: own ones as declared, then those of the parts by number', () => {
  const json = { at: [{ x: 1 }, {}], up: { parent: {} } };
  expect(refusal(Strict, json)).toBe('Missing required fields: b, a, up.value, up.parent.value, at[1].x');
});

test('a missing field in a map names the place of its entry', () => {
  expect(refusal(Everything, { ...N, places: { a: { x: 1 }, b: {} } })).toBe(
    'Missing required fields: places[1].value.x',
  );
});

test('lists and structs nested too deeply are refused and do not exhaust the stack', () => {
  const lists = JSON.parse(`${'['.repeat(5_000)}${']'.repeat(5_000)}`);
  expect(refusal(Everything, { ...N, words: lists })).toBe('words: nested deeper than 100');
  const trees = JSON.parse(`${'{"value":"v","parent":'.repeat(5_000)}null${'}'.repeat(5_000)}`);
  expect(refusal(Everything, { ...N, tree: trees })).toBe('test.Tree: nested deeper than 100');
});

test('whatever arrives, only a Failure comes out', () => {
  fc.assert(fc.property(fc.anything(), json => typeof refusal(Everything, json) === 'string'));
  const fields = fc.record(Object.fromEntries(Everything.members.map(each => [each.name, fc.jsonValue()])));
  fc.assert(fc.property(fields, json => typeof refusal(Everything, json) === 'string'));
});

test('a renamed schema reads and prints other names, of fields and of enums, in all its parts', () => {
  const Line = struct('test.Line', { from: req(1, Point), colour: opt(2, Colour, 'RED') });
  const older = renamed(Line, name => `old_${name}`);
  const json = { old_from: { old_x: 1, old_y: 1.5 }, old_colour: 'old_GREEN' };
  expect(toJson(older, { from: { x: 1 }, colour: 'GREEN' })).toEqual(json);
  expect(fromJson(older, json)).toEqual({ from: { x: 1, y: 1.5 }, colour: 'GREEN' });
  expect(toJson(older, { from: { x: 1 } })).toMatchObject({ old_colour: 'old_RED' });
  expect(refusal(older, { from: {} })).toBe('Missing required fields: old_from');
});
