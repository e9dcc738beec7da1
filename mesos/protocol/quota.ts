/**
 * Quota: how much the frameworks of a role are guaranteed, and how much they may have.
 *
 * Source: quota/quota.proto, mesos.proto.
 */
import { bool, double, type Infer, map, opt, rep, req, string, struct } from '../../libprocess/index.ts';
import { FrameworkID } from './ids.ts';
import { Resource } from './resources.ts';
import { ValueScalar } from './values.ts';

/** The older form: a guarantee that is a limit too. */
export const QuotaInfo = struct('mesos.v1.quota.QuotaInfo', {
  role: opt(1, string),
  principal: opt(2, string),
  guarantee: rep(3, Resource),
});
export type QuotaInfo = Infer<typeof QuotaInfo>;

/** The body of a POST to /quota, and of SET_QUOTA. */
export const QuotaRequest = struct('mesos.v1.quota.QuotaRequest', {
  force: opt(1, bool),
  role: opt(2, string),
  guarantee: rep(3, Resource),
});
export type QuotaRequest = Infer<typeof QuotaRequest>;

/** Guarantees and limits by resource name; what is not named is not bounded. */
export const QuotaConfig = struct('mesos.v1.quota.QuotaConfig', {
  role: req(1, string),
  guarantees: map(2, ValueScalar),
  limits: map(3, ValueScalar),
});
export type QuotaConfig = Infer<typeof QuotaConfig>;

export const QuotaStatus = struct('mesos.v1.quota.QuotaStatus', {
  infos: rep(1, QuotaInfo),
  configs: rep(2, QuotaConfig),
});
export type QuotaStatus = Infer<typeof QuotaStatus>;

/** A role with weight 2 gets twice the share of a role with weight 1. */
export const WeightInfo = struct('mesos.v1.WeightInfo', {
  weight: req(1, double),
  role: opt(2, string),
});
export type WeightInfo = Infer<typeof WeightInfo>;

export const Role = struct('mesos.v1.Role', {
  name: req(1, string),
  weight: req(2, double),
  frameworks: rep(3, FrameworkID),
  resources: rep(4, Resource),
});
export type Role = Infer<typeof Role>;
