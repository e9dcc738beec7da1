/** A declaration with every kind of field, for the codecs' tests. */
import {
  bool,
  bytes,
  double,
  enumeration,
  type Infer,
  int32,
  int64,
  map,
  opt,
  rep,
  req,
  type Schema,
  type Struct,
  string,
  struct,
  uint32,
  uint64,
} from '../../../libprocess/schema.ts';

export const Colour = enumeration('test.Colour', { RED: 1, GREEN: 7 });
export const Point = struct('test.Point', { x: req(1, double), y: opt(2, double, 1.5) });

export interface Tree {
  readonly value: string;
  readonly parent?: Tree | undefined;
}
export const Tree: Struct<Tree> = struct('test.Tree', {
  value: req(1, string),
  parent: opt(2, (): Schema<Tree> => Tree),
});

export const Everything = struct('test.Everything', {
  name: req(2, string),
  colour: opt(1, Colour),
  flag: opt(3, bool, false),
  ratio: opt(4, double),
  small: opt(5, int32),
  natural: opt(6, uint32),
  big: opt(7, int64),
  huge: opt(8, uint64),
  data: opt(9, bytes),
  point: opt(10, Point),
  tree: opt(11, Tree),
  words: rep(12, string),
  colours: rep(13, Colour),
  points: rep(14, Point),
  numbers: rep(15, uint32),
  places: map(16, Point),
  old: opt(17, string, '*', { deprecated: true }),
  shown: rep(18, string, { showEmpty: true }),
});
export type Everything = Infer<typeof Everything>;

export const Strict = struct('test.Strict', {
  b: req(2, string),
  a: req(1, Colour),
  at: rep(4, Point),
  up: opt(3, Tree),
});
