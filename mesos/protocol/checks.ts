/**
 * Checks: how a task's state of health is found out, and what was found.
 *
 * A health check can get its task killed; a check only reports.
 *
 * Source: mesos.proto.
 */
import {
  bool,
  double,
  enumeration,
  type Infer,
  int32,
  opt,
  rep,
  req,
  string,
  struct,
  uint32,
} from '../../libprocess/index.ts';
import { CommandInfo } from './commands.ts';
import { NetworkInfoProtocol } from './containers.ts';

export const CheckInfoType = enumeration('mesos.v1.CheckInfo.Type', { UNKNOWN: 0, COMMAND: 1, HTTP: 2, TCP: 3 });
export type CheckInfoType = Infer<typeof CheckInfoType>;

export const CheckInfoCommand = struct('mesos.v1.CheckInfo.Command', {
  command: req(1, CommandInfo),
});
export type CheckInfoCommand = Infer<typeof CheckInfoCommand>;

export const CheckInfoHttp = struct('mesos.v1.CheckInfo.Http', {
  port: req(1, uint32),
  path: opt(2, string),
});
export type CheckInfoHttp = Infer<typeof CheckInfoHttp>;

export const CheckInfoTcp = struct('mesos.v1.CheckInfo.Tcp', {
  port: req(1, uint32),
});
export type CheckInfoTcp = Infer<typeof CheckInfoTcp>;

/** A check whose result is reported as it is. */
export const CheckInfo = struct('mesos.v1.CheckInfo', {
  type: opt(1, CheckInfoType),
  command: opt(2, CheckInfoCommand),
  http: opt(3, CheckInfoHttp),
  tcp: opt(7, CheckInfoTcp),
  delay_seconds: opt(4, double, 15),
  interval_seconds: opt(5, double, 10),
  timeout_seconds: opt(6, double, 20),
});
export type CheckInfo = Infer<typeof CheckInfo>;

export const HealthCheckType = enumeration('mesos.v1.HealthCheck.Type', { UNKNOWN: 0, COMMAND: 1, HTTP: 2, TCP: 3 });
export type HealthCheckType = Infer<typeof HealthCheckType>;

export const HealthCheckHTTPCheckInfo = struct('mesos.v1.HealthCheck.HTTPCheckInfo', {
  protocol: opt(5, NetworkInfoProtocol, 'IPv4'),
  scheme: opt(3, string),
  port: req(1, uint32),
  path: opt(2, string),
  statuses: rep(4, uint32),
});
export type HealthCheckHTTPCheckInfo = Infer<typeof HealthCheckHTTPCheckInfo>;

export const HealthCheckTCPCheckInfo = struct('mesos.v1.HealthCheck.TCPCheckInfo', {
  protocol: opt(2, NetworkInfoProtocol, 'IPv4'),
  port: req(1, uint32),
});
export type HealthCheckTCPCheckInfo = Infer<typeof HealthCheckTCPCheckInfo>;

/** A check that kills the task after `consecutive_failures`, not counting those in the grace period. */
export const HealthCheck = struct('mesos.v1.HealthCheck', {
  delay_seconds: opt(2, double, 15),
  interval_seconds: opt(3, double, 10),
  timeout_seconds: opt(4, double, 20),
  consecutive_failures: opt(5, uint32, 3),
  grace_period_seconds: opt(6, double, 10),
  type: opt(8, HealthCheckType),
  command: opt(7, CommandInfo),
  http: opt(1, HealthCheckHTTPCheckInfo),
  tcp: opt(9, HealthCheckTCPCheckInfo),
});
export type HealthCheck = Infer<typeof HealthCheck>;

export const CheckStatusInfoCommand = struct('mesos.v1.CheckStatusInfo.Command', {
  exit_code: opt(1, int32),
});
export type CheckStatusInfoCommand = Infer<typeof CheckStatusInfoCommand>;

export const CheckStatusInfoHttp = struct('mesos.v1.CheckStatusInfo.Http', {
  status_code: opt(1, uint32),
});
export type CheckStatusInfoHttp = Infer<typeof CheckStatusInfoHttp>;

export const CheckStatusInfoTcp = struct('mesos.v1.CheckStatusInfo.Tcp', {
  succeeded: opt(1, bool),
});
export type CheckStatusInfoTcp = Infer<typeof CheckStatusInfoTcp>;

/** The last result of a CheckInfo; empty while there is none. */
export const CheckStatusInfo = struct('mesos.v1.CheckStatusInfo', {
  type: opt(1, CheckInfoType),
  command: opt(2, CheckStatusInfoCommand),
  http: opt(3, CheckStatusInfoHttp),
  tcp: opt(4, CheckStatusInfoTcp),
});
export type CheckStatusInfo = Infer<typeof CheckStatusInfo>;
