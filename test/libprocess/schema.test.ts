/** Declarations: what the compiler infers from them, and what they refuse. */
import { expect, expectTypeOf, test } from 'vitest';
import { type BodyOf, message, type ReplyOf, request } from '../../libprocess/message.ts';
import {
  bytes,
  defaults,
  double,
  enumeration,
  type Infer,
  map,
  opt,
  rep,
  req,
  string,
  struct,
} from '../../libprocess/schema.ts';

const Colour = enumeration('test.Colour', { RED: 1, GREEN: 7 });
const Point = struct('test.Point', { x: req(1, double), y: opt(2, double, 0.5) });
const Shape = struct('test.Shape', {
  id: req(1, string),
  colour: opt(2, Colour, 'RED'),
  points: rep(3, Point),
  names: map(4, string),
  data: opt(5, bytes),
});

test('a body has its required fields, and the others perhaps', () => {
  expectTypeOf<Infer<typeof Shape>>().toEqualTypeOf<{
    readonly id: string;
    readonly colour?: 'RED' | 'GREEN' | undefined;
    readonly points?: readonly { readonly x: number; readonly y?: number | undefined }[] | undefined;
    readonly names?: Readonly<Record<string, string>> | undefined;
    readonly data?: Uint8Array | undefined;
  }>();
});

test('a message has the body of its fields or of its struct, a request its answer', () => {
  const Draw = message('test.Draw', { shape: req(1, Shape) });
  const Measure = request('test.Measure', Shape, Point);
  expectTypeOf<BodyOf<typeof Draw>>().toEqualTypeOf<{ readonly shape: Infer<typeof Shape> }>();
  expectTypeOf<BodyOf<typeof Measure>>().toEqualTypeOf<Infer<typeof Shape>>();
  expectTypeOf<ReplyOf<typeof Measure>>().toEqualTypeOf<Infer<typeof Point>>();
  expectTypeOf<ReplyOf<typeof Draw>>().toEqualTypeOf<void>();
  expect(Draw.body.name).toBe('test.Draw');
  expect(Measure.body).toBe(Shape);
});

test('a message may have a field that is called kind', () => {
  const Odd = message('test.Odd', { kind: req(1, string) });
  expect(Odd.body.members.map(member => member.name)).toEqual(['kind']);
});

test('defaults are those declared, for readers that want them', () => {
  expect(defaults(Shape)).toEqual({ colour: 'RED' });
  expect({ ...defaults(Point), x: 1 }).toEqual({ x: 1, y: 0.5 });
});

test('an enumeration tells its numbers', () => {
  expect(Colour.values.GREEN).toBe(7);
  expect(Colour.names.get(7)).toBe('GREEN');
});

test('two fields with one number are refused', () => {
  expect(() => struct('test.Twice', { a: req(1, string), b: req(1, string) })).toThrow('two fields have the number 1');
});

test('a field name that is no identifier is refused: codecs are compiled from it', () => {
  expect(() => struct('test.Odd', { 'a; evil()': req(1, string) })).toThrow("'a; evil()' is no field name");
  expect(() => struct('test.Odd', { ['__proto__']: req(1, string) })).toThrow("'__proto__' is no field name");
});
