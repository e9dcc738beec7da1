/**
 * Who may do what, and how often: credentials, secrets, rate limits.
 *
 * Source: mesos.proto.
 */
import {
  bytes,
  double,
  enumeration,
  type Infer,
  opt,
  rep,
  req,
  string,
  struct,
  uint64,
} from '../../libprocess/index.ts';

export const Credential = struct('mesos.v1.Credential', {
  principal: req(1, string),
  secret: opt(2, string),
});
export type Credential = Infer<typeof Credential>;

/** The file of `--credentials`. */
export const Credentials = struct('mesos.v1.Credentials', {
  credentials: rep(1, Credential),
});
export type Credentials = Infer<typeof Credentials>;

export const SecretType = enumeration('mesos.v1.Secret.Type', { UNKNOWN: 0, REFERENCE: 1, VALUE: 2 });
export type SecretType = Infer<typeof SecretType>;

export const SecretReference = struct('mesos.v1.Secret.Reference', {
  name: req(1, string),
  key: opt(2, string),
});
export type SecretReference = Infer<typeof SecretReference>;

export const SecretValue = struct('mesos.v1.Secret.Value', {
  data: req(1, bytes),
});
export type SecretValue = Infer<typeof SecretValue>;

/** Something confidential, by value or by reference to a secret store. */
export const Secret = struct('mesos.v1.Secret', {
  type: opt(1, SecretType),
  reference: opt(2, SecretReference),
  value: opt(3, SecretValue),
});
export type Secret = Infer<typeof Secret>;

/** How many messages per second the master takes from one principal. */
export const RateLimit = struct('mesos.v1.RateLimit', {
  qps: opt(1, double),
  principal: req(2, string),
  capacity: opt(3, uint64),
});
export type RateLimit = Infer<typeof RateLimit>;

/** The flag `--rate_limits`. */
export const RateLimits = struct('mesos.v1.RateLimits', {
  limits: rep(1, RateLimit),
  aggregate_default_qps: opt(2, double),
  aggregate_default_capacity: opt(3, uint64),
});
export type RateLimits = Infer<typeof RateLimits>;
