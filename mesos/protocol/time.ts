/**
 * Times and durations.
 *
 * Source: mesos.proto; google/protobuf/duration.proto.
 */
import { type Infer, int32, int64, opt, req, struct } from '../../libprocess/index.ts';

/** A point of time: nanoseconds since the epoch. */
export const TimeInfo = struct('mesos.v1.TimeInfo', {
  nanoseconds: req(1, int64),
});
export type TimeInfo = Infer<typeof TimeInfo>;

/** A span of time. */
export const DurationInfo = struct('mesos.v1.DurationInfo', {
  nanoseconds: req(1, int64),
});
export type DurationInfo = Infer<typeof DurationInfo>;

/** When something will be away; for ever, where no duration is given. */
export const Unavailability = struct('mesos.v1.Unavailability', {
  start: req(1, TimeInfo),
  duration: opt(2, DurationInfo),
});
export type Unavailability = Infer<typeof Unavailability>;

/** A span of time as newer calls write it. */
export const Duration = struct('google.protobuf.Duration', {
  seconds: opt(1, int64),
  nanos: opt(2, int32),
});
export type Duration = Infer<typeof Duration>;
