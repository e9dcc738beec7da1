/**
 * What containers use, as the agent measures it.
 *
 * Linux' performance counters are left out: nothing here measures them.
 *
 * Source: mesos.proto.
 */
import { double, type Infer, int64, opt, rep, req, string, struct, uint32, uint64 } from '../../libprocess/index.ts';
import { CgroupInfoBlkioStatistics } from './containers.ts';
import { ExecutorInfo } from './executors.ts';
import { ContainerID, TaskID } from './ids.ts';
import { Labels } from './labels.ts';
import { Resource, ResourceDiskInfoPersistence, ResourceDiskInfoSource } from './resources.ts';
import { ValueRange } from './values.ts';

export const TrafficControlStatistics = struct('mesos.v1.TrafficControlStatistics', {
  id: req(1, string),
  backlog: opt(2, uint64),
  bytes: opt(3, uint64),
  drops: opt(4, uint64),
  overlimits: opt(5, uint64),
  packets: opt(6, uint64),
  qlen: opt(7, uint64),
  ratebps: opt(8, uint64),
  ratepps: opt(9, uint64),
  requeues: opt(10, uint64),
});
export type TrafficControlStatistics = Infer<typeof TrafficControlStatistics>;

export const IpStatistics = struct('mesos.v1.IpStatistics', {
  Forwarding: opt(1, int64),
  DefaultTTL: opt(2, int64),
  InReceives: opt(3, int64),
  InHdrErrors: opt(4, int64),
  InAddrErrors: opt(5, int64),
  ForwDatagrams: opt(6, int64),
  InUnknownProtos: opt(7, int64),
  InDiscards: opt(8, int64),
  InDelivers: opt(9, int64),
  OutRequests: opt(10, int64),
  OutDiscards: opt(11, int64),
  OutNoRoutes: opt(12, int64),
  ReasmTimeout: opt(13, int64),
  ReasmReqds: opt(14, int64),
  ReasmOKs: opt(15, int64),
  ReasmFails: opt(16, int64),
  FragOKs: opt(17, int64),
  FragFails: opt(18, int64),
  FragCreates: opt(19, int64),
});
export type IpStatistics = Infer<typeof IpStatistics>;

export const IcmpStatistics = struct('mesos.v1.IcmpStatistics', {
  InMsgs: opt(1, int64),
  InErrors: opt(2, int64),
  InCsumErrors: opt(3, int64),
  InDestUnreachs: opt(4, int64),
  InTimeExcds: opt(5, int64),
  InParmProbs: opt(6, int64),
  InSrcQuenchs: opt(7, int64),
  InRedirects: opt(8, int64),
  InEchos: opt(9, int64),
  InEchoReps: opt(10, int64),
  InTimestamps: opt(11, int64),
  InTimestampReps: opt(12, int64),
  InAddrMasks: opt(13, int64),
  InAddrMaskReps: opt(14, int64),
  OutMsgs: opt(15, int64),
  OutErrors: opt(16, int64),
  OutDestUnreachs: opt(17, int64),
  OutTimeExcds: opt(18, int64),
  OutParmProbs: opt(19, int64),
  OutSrcQuenchs: opt(20, int64),
  OutRedirects: opt(21, int64),
  OutEchos: opt(22, int64),
  OutEchoReps: opt(23, int64),
  OutTimestamps: opt(24, int64),
  OutTimestampReps: opt(25, int64),
  OutAddrMasks: opt(26, int64),
  OutAddrMaskReps: opt(27, int64),
});
export type IcmpStatistics = Infer<typeof IcmpStatistics>;

export const TcpStatistics = struct('mesos.v1.TcpStatistics', {
  RtoAlgorithm: opt(1, int64),
  RtoMin: opt(2, int64),
  RtoMax: opt(3, int64),
  MaxConn: opt(4, int64),
  ActiveOpens: opt(5, int64),
  PassiveOpens: opt(6, int64),
  AttemptFails: opt(7, int64),
  EstabResets: opt(8, int64),
  CurrEstab: opt(9, int64),
  InSegs: opt(10, int64),
  OutSegs: opt(11, int64),
  RetransSegs: opt(12, int64),
  InErrs: opt(13, int64),
  OutRsts: opt(14, int64),
  InCsumErrors: opt(15, int64),
});
export type TcpStatistics = Infer<typeof TcpStatistics>;

export const UdpStatistics = struct('mesos.v1.UdpStatistics', {
  InDatagrams: opt(1, int64),
  NoPorts: opt(2, int64),
  InErrors: opt(3, int64),
  OutDatagrams: opt(4, int64),
  RcvbufErrors: opt(5, int64),
  SndbufErrors: opt(6, int64),
  InCsumErrors: opt(7, int64),
  IgnoredMulti: opt(8, int64),
});
export type UdpStatistics = Infer<typeof UdpStatistics>;

/** Counters of the network stack by protocol. */
export const SNMPStatistics = struct('mesos.v1.SNMPStatistics', {
  ip_stats: opt(1, IpStatistics),
  icmp_stats: opt(2, IcmpStatistics),
  tcp_stats: opt(3, TcpStatistics),
  udp_stats: opt(4, UdpStatistics),
});
export type SNMPStatistics = Infer<typeof SNMPStatistics>;

/** The use of one persistent volume. */
export const DiskStatistics = struct('mesos.v1.DiskStatistics', {
  source: opt(1, ResourceDiskInfoSource),
  persistence: opt(2, ResourceDiskInfoPersistence),
  limit_bytes: opt(3, uint64),
  used_bytes: opt(4, uint64),
});
export type DiskStatistics = Infer<typeof DiskStatistics>;

export const ResourceStatisticsRatePercentiles = struct('mesos.v1.ResourceStatistics.RatePercentiles', {
  min: opt(1, uint64),
  max: opt(2, uint64),
  p50: opt(3, uint64),
  p90: opt(4, uint64),
  p95: opt(5, uint64),
  p99: opt(6, uint64),
  p999: opt(7, uint64),
  p9999: opt(8, uint64),
  samples: opt(9, uint64),
});
export type ResourceStatisticsRatePercentiles = Infer<typeof ResourceStatisticsRatePercentiles>;

export const ResourceStatisticsRateStatistics = struct('mesos.v1.ResourceStatistics.RateStatistics', {
  rx_rate: opt(1, ResourceStatisticsRatePercentiles),
  rx_packet_rate: opt(2, ResourceStatisticsRatePercentiles),
  rx_drop_rate: opt(3, ResourceStatisticsRatePercentiles),
  rx_error_rate: opt(4, ResourceStatisticsRatePercentiles),
  tx_rate: opt(5, ResourceStatisticsRatePercentiles),
  tx_packet_rate: opt(6, ResourceStatisticsRatePercentiles),
  tx_drop_rate: opt(7, ResourceStatisticsRatePercentiles),
  tx_error_rate: opt(8, ResourceStatisticsRatePercentiles),
  sampling_window_secs: opt(9, double),
  sampling_interval_secs: opt(10, double),
});
export type ResourceStatisticsRateStatistics = Infer<typeof ResourceStatisticsRateStatistics>;

/** One measurement of one container. Times are seconds, sizes bytes. */
export const ResourceStatistics = struct('mesos.v1.ResourceStatistics', {
  timestamp: req(1, double), // Seconds since the epoch.
  processes: opt(30, uint32),
  threads: opt(31, uint32),
  cpus_user_time_secs: opt(2, double),
  cpus_system_time_secs: opt(3, double),
  cpus_limit: opt(4, double),
  cpus_soft_limit: opt(45, double),
  cpus_nr_periods: opt(7, uint32),
  cpus_nr_throttled: opt(8, uint32),
  cpus_throttled_time_secs: opt(9, double),
  mem_total_bytes: opt(36, uint64),
  mem_total_memsw_bytes: opt(37, uint64),
  mem_kmem_usage_bytes: opt(52, uint64),
  mem_kmem_tcp_usage_bytes: opt(53, uint64),
  mem_limit_bytes: opt(6, uint64),
  mem_soft_limit_bytes: opt(38, uint64),
  mem_file_bytes: opt(10, uint64),
  mem_anon_bytes: opt(11, uint64),
  mem_cache_bytes: opt(39, uint64),
  mem_rss_bytes: opt(5, uint64),
  mem_mapped_file_bytes: opt(12, uint64),
  mem_swap_bytes: opt(40, uint64),
  mem_unevictable_bytes: opt(41, uint64),
  mem_low_pressure_counter: opt(32, uint64),
  mem_medium_pressure_counter: opt(33, uint64),
  mem_critical_pressure_counter: opt(34, uint64),
  disk_limit_bytes: opt(26, uint64),
  disk_used_bytes: opt(27, uint64),
  disk_statistics: rep(43, DiskStatistics),
  blkio_statistics: opt(44, CgroupInfoBlkioStatistics),
  net_rx_packets: opt(14, uint64),
  net_rx_bytes: opt(15, uint64),
  net_rx_errors: opt(16, uint64),
  net_rx_dropped: opt(17, uint64),
  net_tx_packets: opt(18, uint64),
  net_tx_bytes: opt(19, uint64),
  net_tx_errors: opt(20, uint64),
  net_tx_dropped: opt(21, uint64),
  net_tx_rate_limit: opt(46, uint64),
  net_tx_burst_rate_limit: opt(47, uint64),
  net_tx_burst_size: opt(48, uint64),
  net_rx_rate_limit: opt(49, uint64),
  net_rx_burst_rate_limit: opt(50, uint64),
  net_rx_burst_size: opt(51, uint64),
  net_rate_statistics: opt(54, ResourceStatisticsRateStatistics),
  net_ephemeral_ports: opt(55, ValueRange),
  net_tcp_rtt_microsecs_p50: opt(22, double),
  net_tcp_rtt_microsecs_p90: opt(23, double),
  net_tcp_rtt_microsecs_p95: opt(24, double),
  net_tcp_rtt_microsecs_p99: opt(25, double),
  net_tcp_active_connections: opt(28, double),
  net_tcp_time_wait_connections: opt(29, double),
  net_traffic_control_statistics: rep(35, TrafficControlStatistics),
  net_snmp_statistics: opt(42, SNMPStatistics),
});
export type ResourceStatistics = Infer<typeof ResourceStatistics>;

export const ResourceUsageExecutorTask = struct('mesos.v1.ResourceUsage.Executor.Task', {
  name: req(1, string),
  id: req(2, TaskID),
  resources: rep(3, Resource),
  labels: opt(4, Labels),
});
export type ResourceUsageExecutorTask = Infer<typeof ResourceUsageExecutorTask>;

export const ResourceUsageExecutor = struct('mesos.v1.ResourceUsage.Executor', {
  executor_info: req(1, ExecutorInfo),
  allocated: rep(2, Resource),
  statistics: opt(3, ResourceStatistics),
  container_id: req(4, ContainerID),
  tasks: rep(5, ResourceUsageExecutorTask),
});
export type ResourceUsageExecutor = Infer<typeof ResourceUsageExecutor>;

/** All executors of an agent and what they use: the input of estimators. */
export const ResourceUsage = struct('mesos.v1.ResourceUsage', {
  executors: rep(1, ResourceUsageExecutor),
  total: rep(2, Resource),
});
export type ResourceUsage = Infer<typeof ResourceUsage>;
