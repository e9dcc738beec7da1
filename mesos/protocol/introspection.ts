/**
 * What masters and agents tell about themselves.
 *
 * Source: mesos.proto.
 */
import { double, type Infer, int32, opt, req, string, struct, uint32, uint64 } from '../../libprocess/index.ts';
import { TimeInfo } from './time.ts';

export const VersionInfo = struct('mesos.v1.VersionInfo', {
  version: req(1, string),
  build_date: opt(2, string),
  build_time: opt(3, double), // Seconds since the epoch.
  build_user: opt(4, string),
  git_sha: opt(5, string),
  git_branch: opt(6, string),
  git_tag: opt(7, string),
});
export type VersionInfo = Infer<typeof VersionInfo>;

export const Flag = struct('mesos.v1.Flag', {
  name: req(1, string),
  value: opt(2, string),
});
export type Flag = Infer<typeof Flag>;

export const Metric = struct('mesos.v1.Metric', {
  name: req(1, string),
  value: opt(2, double),
});
export type Metric = Infer<typeof Metric>;

/** A file of a sandbox or a log, as a directory listing shows it. */
export const FileInfo = struct('mesos.v1.FileInfo', {
  path: req(1, string),
  nlink: opt(2, int32),
  size: opt(3, uint64),
  mtime: opt(4, TimeInfo),
  mode: opt(5, uint32),
  uid: opt(6, string),
  gid: opt(7, string),
});
export type FileInfo = Infer<typeof FileInfo>;
