/**
 * How a task is contained: containerizer, networks, Linux limits; and what became of it.
 *
 * Source: mesos.proto.
 */
import {
  bool,
  enumeration,
  type Infer,
  opt,
  rep,
  req,
  string,
  struct,
  uint32,
  uint64,
} from '../../libprocess/index.ts';
import { ContainerID } from './ids.ts';
import { Labels, Parameter } from './labels.ts';
import { Image, Volume } from './volumes.ts';

export const NetworkInfoProtocol = enumeration('mesos.v1.NetworkInfo.Protocol', { IPv4: 1, IPv6: 2 });
export type NetworkInfoProtocol = Infer<typeof NetworkInfoProtocol>;

export const NetworkInfoIPAddress = struct('mesos.v1.NetworkInfo.IPAddress', {
  protocol: opt(1, NetworkInfoProtocol, 'IPv4'),
  ip_address: opt(2, string),
});
export type NetworkInfoIPAddress = Infer<typeof NetworkInfoIPAddress>;

export const NetworkInfoPortMapping = struct('mesos.v1.NetworkInfo.PortMapping', {
  host_port: req(1, uint32),
  container_port: req(2, uint32),
  protocol: opt(3, string),
});
export type NetworkInfoPortMapping = Infer<typeof NetworkInfoPortMapping>;

/** One network that a container joins. As a request, and in a status as the result. */
export const NetworkInfo = struct('mesos.v1.NetworkInfo', {
  ip_addresses: rep(5, NetworkInfoIPAddress),
  name: opt(6, string),
  groups: rep(3, string),
  labels: opt(4, Labels),
  port_mappings: rep(7, NetworkInfoPortMapping),
});
export type NetworkInfo = Infer<typeof NetworkInfo>;

export const CapabilityInfoCapability = enumeration('mesos.v1.CapabilityInfo.Capability', {
  UNKNOWN: 0,
  CHOWN: 1000,
  DAC_OVERRIDE: 1001,
  DAC_READ_SEARCH: 1002,
  FOWNER: 1003,
  FSETID: 1004,
  KILL: 1005,
  SETGID: 1006,
  SETUID: 1007,
  SETPCAP: 1008,
  LINUX_IMMUTABLE: 1009,
  NET_BIND_SERVICE: 1010,
  NET_BROADCAST: 1011,
  NET_ADMIN: 1012,
  NET_RAW: 1013,
  IPC_LOCK: 1014,
  IPC_OWNER: 1015,
  SYS_MODULE: 1016,
  SYS_RAWIO: 1017,
  SYS_CHROOT: 1018,
  SYS_PTRACE: 1019,
  SYS_PACCT: 1020,
  SYS_ADMIN: 1021,
  SYS_BOOT: 1022,
  SYS_NICE: 1023,
  SYS_RESOURCE: 1024,
  SYS_TIME: 1025,
  SYS_TTY_CONFIG: 1026,
  MKNOD: 1027,
  LEASE: 1028,
  AUDIT_WRITE: 1029,
  AUDIT_CONTROL: 1030,
  SETFCAP: 1031,
  MAC_OVERRIDE: 1032,
  MAC_ADMIN: 1033,
  SYSLOG: 1034,
  WAKE_ALARM: 1035,
  BLOCK_SUSPEND: 1036,
  AUDIT_READ: 1037,
  PERFMON: 1038,
  BPF: 1039,
  CHECKPOINT_RESTORE: 1040,
});
export type CapabilityInfoCapability = Infer<typeof CapabilityInfoCapability>;

export const CapabilityInfo = struct('mesos.v1.CapabilityInfo', {
  capabilities: rep(1, CapabilityInfoCapability),
});
export type CapabilityInfo = Infer<typeof CapabilityInfo>;

export const SeccompInfo = struct('mesos.v1.SeccompInfo', {
  profile_name: opt(1, string),
  unconfined: opt(2, bool),
});
export type SeccompInfo = Infer<typeof SeccompInfo>;

export const LinuxInfoIpcMode = enumeration('mesos.v1.LinuxInfo.IpcMode', { UNKNOWN: 0, PRIVATE: 1, SHARE_PARENT: 2 });
export type LinuxInfoIpcMode = Infer<typeof LinuxInfoIpcMode>;

/** Limits of the Linux isolators. */
export const LinuxInfo = struct('mesos.v1.LinuxInfo', {
  capability_info: opt(1, CapabilityInfo),
  bounding_capabilities: opt(2, CapabilityInfo),
  effective_capabilities: opt(3, CapabilityInfo),
  share_pid_namespace: opt(4, bool),
  seccomp: opt(5, SeccompInfo),
  ipc_mode: opt(6, LinuxInfoIpcMode),
  shm_size: opt(7, uint32), // MiB.
  share_cgroups: opt(8, bool, true),
});
export type LinuxInfo = Infer<typeof LinuxInfo>;

export const RLimitInfoRLimitType = enumeration('mesos.v1.RLimitInfo.RLimit.Type', {
  UNKNOWN: 0,
  RLMT_AS: 1,
  RLMT_CORE: 2,
  RLMT_CPU: 3,
  RLMT_DATA: 4,
  RLMT_FSIZE: 5,
  RLMT_LOCKS: 6,
  RLMT_MEMLOCK: 7,
  RLMT_MSGQUEUE: 8,
  RLMT_NICE: 9,
  RLMT_NOFILE: 10,
  RLMT_NPROC: 11,
  RLMT_RSS: 12,
  RLMT_RTPRIO: 13,
  RLMT_RTTIME: 14,
  RLMT_SIGPENDING: 15,
  RLMT_STACK: 16,
});
export type RLimitInfoRLimitType = Infer<typeof RLimitInfoRLimitType>;

export const RLimitInfoRLimit = struct('mesos.v1.RLimitInfo.RLimit', {
  type: opt(1, RLimitInfoRLimitType),
  hard: opt(2, uint64),
  soft: opt(3, uint64),
});
export type RLimitInfoRLimit = Infer<typeof RLimitInfoRLimit>;

/** POSIX resource limits; both bounds or neither (unlimited). */
export const RLimitInfo = struct('mesos.v1.RLimitInfo', {
  rlimits: rep(1, RLimitInfoRLimit),
});
export type RLimitInfo = Infer<typeof RLimitInfo>;

export const TTYInfoWindowSize = struct('mesos.v1.TTYInfo.WindowSize', {
  rows: req(1, uint32),
  columns: req(2, uint32),
});
export type TTYInfoWindowSize = Infer<typeof TTYInfoWindowSize>;

/** The terminal of an interactive container. */
export const TTYInfo = struct('mesos.v1.TTYInfo', {
  window_size: opt(1, TTYInfoWindowSize),
});
export type TTYInfo = Infer<typeof TTYInfo>;

export const ContainerInfoType = enumeration('mesos.v1.ContainerInfo.Type', { DOCKER: 1, MESOS: 2 });
export type ContainerInfoType = Infer<typeof ContainerInfoType>;

export const ContainerInfoDockerInfoNetwork = enumeration('mesos.v1.ContainerInfo.DockerInfo.Network', {
  HOST: 1,
  BRIDGE: 2,
  NONE: 3,
  USER: 4,
});
export type ContainerInfoDockerInfoNetwork = Infer<typeof ContainerInfoDockerInfoNetwork>;

export const ContainerInfoDockerInfoPortMapping = struct('mesos.v1.ContainerInfo.DockerInfo.PortMapping', {
  host_port: req(1, uint32),
  container_port: req(2, uint32),
  protocol: opt(3, string),
});
export type ContainerInfoDockerInfoPortMapping = Infer<typeof ContainerInfoDockerInfoPortMapping>;

export const ContainerInfoDockerInfo = struct('mesos.v1.ContainerInfo.DockerInfo', {
  image: req(1, string),
  network: opt(2, ContainerInfoDockerInfoNetwork, 'HOST'),
  port_mappings: rep(3, ContainerInfoDockerInfoPortMapping),
  privileged: opt(4, bool, false),
  parameters: rep(5, Parameter),
  force_pull_image: opt(6, bool),
  volume_driver: opt(7, string),
});
export type ContainerInfoDockerInfo = Infer<typeof ContainerInfoDockerInfo>;

export const ContainerInfoMesosInfo = struct('mesos.v1.ContainerInfo.MesosInfo', {
  image: opt(1, Image),
});
export type ContainerInfoMesosInfo = Infer<typeof ContainerInfoMesosInfo>;

/** Which containerizer runs the task and with what. */
export const ContainerInfo = struct('mesos.v1.ContainerInfo', {
  type: req(1, ContainerInfoType),
  volumes: rep(2, Volume),
  hostname: opt(4, string),
  docker: opt(3, ContainerInfoDockerInfo),
  mesos: opt(5, ContainerInfoMesosInfo),
  network_infos: rep(7, NetworkInfo),
  linux_info: opt(8, LinuxInfo),
  rlimit_info: opt(9, RLimitInfo),
  tty_info: opt(10, TTYInfo),
});
export type ContainerInfo = Infer<typeof ContainerInfo>;

export const CgroupInfoNetCls = struct('mesos.v1.CgroupInfo.NetCls', {
  classid: opt(1, uint32),
});
export type CgroupInfoNetCls = Infer<typeof CgroupInfoNetCls>;

export const CgroupInfo = struct('mesos.v1.CgroupInfo', {
  net_cls: opt(1, CgroupInfoNetCls),
});
export type CgroupInfo = Infer<typeof CgroupInfo>;

/** What the containerizer knows of a running container. */
export const ContainerStatus = struct('mesos.v1.ContainerStatus', {
  container_id: opt(4, ContainerID),
  network_infos: rep(1, NetworkInfo),
  cgroup_info: opt(2, CgroupInfo),
  executor_pid: opt(3, uint32),
});
export type ContainerStatus = Infer<typeof ContainerStatus>;

export const DeviceNumber = struct('mesos.v1.Device.Number', {
  major_number: req(1, uint64),
  minor_number: req(2, uint64),
});
export type DeviceNumber = Infer<typeof DeviceNumber>;

export const Device = struct('mesos.v1.Device', {
  path: opt(1, string),
  number: opt(2, DeviceNumber),
});
export type Device = Infer<typeof Device>;

export const DeviceAccessAccess = struct('mesos.v1.DeviceAccess.Access', {
  read: opt(1, bool),
  write: opt(2, bool),
  mknod: opt(3, bool),
});
export type DeviceAccessAccess = Infer<typeof DeviceAccessAccess>;

export const DeviceAccess = struct('mesos.v1.DeviceAccess', {
  device: req(1, Device),
  access: req(2, DeviceAccessAccess),
});
export type DeviceAccess = Infer<typeof DeviceAccess>;

/** The flag `--allowed_devices`. */
export const DeviceWhitelist = struct('mesos.v1.DeviceWhitelist', {
  allowed_devices: rep(1, DeviceAccess),
});
export type DeviceWhitelist = Infer<typeof DeviceWhitelist>;

export const CgroupInfoBlkio = struct('mesos.v1.CgroupInfo.Blkio', {});
export type CgroupInfoBlkio = Infer<typeof CgroupInfoBlkio>;

export const CgroupInfoBlkioOperation = enumeration('mesos.v1.CgroupInfo.Blkio.Operation', {
  UNKNOWN: 0,
  TOTAL: 1,
  READ: 2,
  WRITE: 3,
  SYNC: 4,
  ASYNC: 5,
  DISCARD: 6,
});
export type CgroupInfoBlkioOperation = Infer<typeof CgroupInfoBlkioOperation>;

export const CgroupInfoBlkioValue = struct('mesos.v1.CgroupInfo.Blkio.Value', {
  op: opt(1, CgroupInfoBlkioOperation),
  value: opt(2, uint64),
});
export type CgroupInfoBlkioValue = Infer<typeof CgroupInfoBlkioValue>;

export const CgroupInfoBlkioCFQ = struct('mesos.v1.CgroupInfo.Blkio.CFQ', {});
export type CgroupInfoBlkioCFQ = Infer<typeof CgroupInfoBlkioCFQ>;

export const CgroupInfoBlkioCFQStatistics = struct('mesos.v1.CgroupInfo.Blkio.CFQ.Statistics', {
  device: opt(1, DeviceNumber),
  sectors: opt(2, uint64),
  time: opt(3, uint64),
  io_serviced: rep(4, CgroupInfoBlkioValue),
  io_service_bytes: rep(5, CgroupInfoBlkioValue),
  io_service_time: rep(6, CgroupInfoBlkioValue),
  io_wait_time: rep(7, CgroupInfoBlkioValue),
  io_merged: rep(8, CgroupInfoBlkioValue),
  io_queued: rep(9, CgroupInfoBlkioValue),
});
export type CgroupInfoBlkioCFQStatistics = Infer<typeof CgroupInfoBlkioCFQStatistics>;

export const CgroupInfoBlkioThrottling = struct('mesos.v1.CgroupInfo.Blkio.Throttling', {});
export type CgroupInfoBlkioThrottling = Infer<typeof CgroupInfoBlkioThrottling>;

export const CgroupInfoBlkioThrottlingStatistics = struct('mesos.v1.CgroupInfo.Blkio.Throttling.Statistics', {
  device: opt(1, DeviceNumber),
  io_serviced: rep(2, CgroupInfoBlkioValue),
  io_service_bytes: rep(3, CgroupInfoBlkioValue),
});
export type CgroupInfoBlkioThrottlingStatistics = Infer<typeof CgroupInfoBlkioThrottlingStatistics>;

export const CgroupInfoBlkioStatistics = struct('mesos.v1.CgroupInfo.Blkio.Statistics', {
  cfq: rep(1, CgroupInfoBlkioCFQStatistics),
  cfq_recursive: rep(2, CgroupInfoBlkioCFQStatistics),
  throttling: rep(3, CgroupInfoBlkioThrottlingStatistics),
});
export type CgroupInfoBlkioStatistics = Infer<typeof CgroupInfoBlkioStatistics>;
