/**
 * The values that resources and attributes take.
 *
 * Source: mesos.proto.
 */
import { double, enumeration, type Infer, opt, rep, req, string, struct, uint64 } from '../../libprocess/index.ts';

export const ValueType = enumeration('mesos.v1.Value.Type', { SCALAR: 0, RANGES: 1, SET: 2, TEXT: 3 });
export type ValueType = Infer<typeof ValueType>;

export const ValueScalar = struct('mesos.v1.Value.Scalar', {
  value: req(1, double),
});
export type ValueScalar = Infer<typeof ValueScalar>;

export const ValueRange = struct('mesos.v1.Value.Range', {
  begin: req(1, uint64),
  end: req(2, uint64),
});
export type ValueRange = Infer<typeof ValueRange>;

export const ValueRanges = struct('mesos.v1.Value.Ranges', {
  range: rep(1, ValueRange),
});
export type ValueRanges = Infer<typeof ValueRanges>;

export const ValueSet = struct('mesos.v1.Value.Set', {
  item: rep(1, string),
});
export type ValueSet = Infer<typeof ValueSet>;

export const ValueText = struct('mesos.v1.Value.Text', {
  value: req(1, string),
});
export type ValueText = Infer<typeof ValueText>;

/** A scalar, ranges, a set or a text: `type` says which of the fields holds it. */
export const Value = struct('mesos.v1.Value', {
  type: req(1, ValueType),
  scalar: opt(2, ValueScalar),
  ranges: opt(3, ValueRanges),
  set: opt(4, ValueSet),
  text: opt(5, ValueText),
});
export type Value = Infer<typeof Value>;

/** A fact about an agent, for frameworks to match. It is not consumed. */
export const Attribute = struct('mesos.v1.Attribute', {
  name: req(1, string),
  type: req(2, ValueType),
  scalar: opt(3, ValueScalar),
  ranges: opt(4, ValueRanges),
  set: opt(6, ValueSet),
  text: opt(5, ValueText),
});
export type Attribute = Infer<typeof Attribute>;
