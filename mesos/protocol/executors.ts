/**
 * Executors: the programs that run tasks on an agent.
 *
 * Source: mesos.proto.
 */
import { bytes, enumeration, type Infer, opt, rep, req, string, struct } from '../../libprocess/index.ts';
import { CommandInfo } from './commands.ts';
import { ContainerInfo } from './containers.ts';
import { ExecutorID, FrameworkID } from './ids.ts';
import { DiscoveryInfo, Labels } from './labels.ts';
import { Resource } from './resources.ts';
import { DurationInfo } from './time.ts';

export const ExecutorInfoType = enumeration('mesos.v1.ExecutorInfo.Type', { UNKNOWN: 0, DEFAULT: 1, CUSTOM: 2 });
export type ExecutorInfoType = Infer<typeof ExecutorInfoType>;

/** An executor; of type DEFAULT it is Mesos own and needs no command. */
export const ExecutorInfo = struct('mesos.v1.ExecutorInfo', {
  type: opt(15, ExecutorInfoType),
  executor_id: req(1, ExecutorID),
  framework_id: opt(8, FrameworkID),
  command: opt(7, CommandInfo),
  container: opt(11, ContainerInfo),
  resources: rep(5, Resource),
  name: opt(9, string),
  source: opt(10, string),
  data: opt(4, bytes),
  discovery: opt(12, DiscoveryInfo),
  shutdown_grace_period: opt(13, DurationInfo),
  labels: opt(14, Labels),
});
export type ExecutorInfo = Infer<typeof ExecutorInfo>;
