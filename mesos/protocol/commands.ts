/**
 * What a task or an executor runs, and how it is ended.
 *
 * Source: mesos.proto.
 */
import { bool, enumeration, type Infer, opt, rep, req, string, struct } from '../../libprocess/index.ts';
import { Secret } from './principals.ts';
import { DurationInfo } from './time.ts';

export const EnvironmentVariableType = enumeration('mesos.v1.Environment.Variable.Type', {
  UNKNOWN: 0,
  VALUE: 1,
  SECRET: 2,
});
export type EnvironmentVariableType = Infer<typeof EnvironmentVariableType>;

export const EnvironmentVariable = struct('mesos.v1.Environment.Variable', {
  name: req(1, string),
  type: opt(3, EnvironmentVariableType, 'VALUE'),
  value: opt(2, string),
  secret: opt(4, Secret),
});
export type EnvironmentVariable = Infer<typeof EnvironmentVariable>;

/** Variables for a command. A secret one is resolved by the agent. */
export const Environment = struct('mesos.v1.Environment', {
  variables: rep(1, EnvironmentVariable),
});
export type Environment = Infer<typeof Environment>;

export const CommandInfoURI = struct('mesos.v1.CommandInfo.URI', {
  value: req(1, string),
  executable: opt(2, bool),
  extract: opt(3, bool, true),
  cache: opt(4, bool),
  output_file: opt(5, string),
});
export type CommandInfoURI = Infer<typeof CommandInfoURI>;

/** A shell line (`shell` is true: `value` goes to /bin/sh -c) or a program with its arguments. */
export const CommandInfo = struct('mesos.v1.CommandInfo', {
  uris: rep(1, CommandInfoURI),
  environment: opt(2, Environment),
  shell: opt(6, bool, true),
  value: opt(3, string),
  arguments: rep(7, string),
  user: opt(5, string),
});
export type CommandInfo = Infer<typeof CommandInfo>;

/** How long a task may take to end between the polite signal and the other one. */
export const KillPolicy = struct('mesos.v1.KillPolicy', {
  grace_period: opt(1, DurationInfo),
});
export type KillPolicy = Infer<typeof KillPolicy>;
