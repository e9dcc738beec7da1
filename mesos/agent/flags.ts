/**
 * The agent's flags: Mesos' names and defaults.
 *
 * What is not built yet is refused with a sentence when it is asked for, and never silently ignored; `FLAG_SUPPORT`
 * lists which flags these are.
 *
 * Source: Mesos src/slave/flags.cpp.
 */
import { DEBUGGER_FLAGS, debuggerOptions } from '../common/debugger-flags.ts';
import { badFlag, type FlagLimits, refuseUnsupported, supportOfFlags } from '../common/flag-support.ts';
import { COMMON_FLAGS, type FlagSet, type FlagValues } from '../common/flags.ts';
import { readFlags } from '../read-flags.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const WEEK_MS = 7 * 24 * HOUR_MS;
const PORT_MAX = 65_535;
const GB = 1024 ** 3;
const EXECUTOR_REREGISTRATION_TIMEOUT_MAX_MS = 15 * SECOND_MS;

export const AGENT_FLAGS = {
  ...COMMON_FLAGS,
  ...DEBUGGER_FLAGS,
  master: { type: 'text', required: true, group: 'Cluster', help: 'host:port of the master.' },
  master_detector: { type: 'text', group: 'Cluster', help: 'Module that finds the master.' },
  zk_session_timeout: {
    type: 'duration',
    default: 10 * SECOND_MS,
    group: 'Cluster',
    help: 'ZooKeeper session timeout.',
  },
  registration_backoff_factor: {
    type: 'duration',
    default: SECOND_MS,
    group: 'Cluster',
    help: 'The first registration waits for a random time up to this; retries wait longer and longer, up to 1 minute.',
  },
  domain: { type: 'json', group: 'Cluster', help: 'Region and zone of this agent, as JSON.' },
  ip: { type: 'text', group: 'Network', help: 'IP address to listen on.' },
  port: { type: 'int', default: 5051, group: 'Network', help: 'Port to listen on; 0 lets the system choose.' },
  advertise_ip: { type: 'text', group: 'Network', help: 'IP address that others should use to reach this agent.' },
  advertise_port: { type: 'int', group: 'Network', help: 'Port that others should use to reach this agent.' },
  ip_discovery_command: { type: 'text', group: 'Network', help: 'Program that prints the IP address to listen on.' },
  hostname: { type: 'text', group: 'Network', help: 'Host name that others should use; by default the IP address.' },
  hostname_lookup: { type: 'bool', default: true, group: 'Network', help: 'Whether to look the host name up.' },
  work_dir: { type: 'path', required: true, group: 'Files', help: 'Folder for sandboxes and for what recovery needs.' },
  runtime_dir: { type: 'path', default: '/var/run/mesos', group: 'Files', help: 'Folder for what a reboot may lose.' },
  launcher_dir: { type: 'path', group: 'Files', help: 'Folder of mesos-executor.' },
  frameworks_home: { type: 'path', default: '', group: 'Files', help: 'What relative URIs are relative to.' },
  gc_delay: { type: 'duration', default: WEEK_MS, group: 'Files', help: 'How long sandboxes are kept.' },
  gc_disk_headroom: { type: 'double', default: 0.1, group: 'Files', help: 'Part of the disk that is kept free.' },
  gc_non_executor_container_sandboxes: { type: 'bool', default: false, group: 'Files', help: 'Collects those too.' },
  disk_watch_interval: {
    type: 'duration',
    default: MINUTE_MS,
    group: 'Files',
    help: 'How often the disk is looked at.',
  },
  fetcher_cache_size: { type: 'bytes', default: 2 * GB, group: 'Files', help: 'Size of the cache of fetched files.' },
  fetcher_cache_dir: { type: 'path', default: '/tmp/mesos/fetch', group: 'Files', help: 'Folder of that cache.' },
  fetcher_stall_timeout: { type: 'duration', default: MINUTE_MS, group: 'Files', help: 'When a download is given up.' },
  hadoop_home: { type: 'path', group: 'Files', help: 'Where Hadoop is, for hdfs:// URIs.' },
  resources: {
    type: 'text',
    group: 'Resources',
    help: 'name(role):value;… or JSON; what is not named is found out: cpus, mem, disk and ports [31000-32000].',
  },
  default_role: { type: 'text', default: '*', group: 'Resources', help: 'Role of resources that name none.' },
  attributes: { type: 'text', group: 'Resources', help: 'key:value;… that frameworks see in offers.' },
  resource_estimator: { type: 'text', group: 'Resources', help: 'Module that oversubscribes.' },
  qos_controller: { type: 'text', group: 'Resources', help: 'Module that ends what oversubscription hurts.' },
  oversubscribed_resources_interval: {
    type: 'duration',
    default: 15 * SECOND_MS,
    group: 'Resources',
    help: 'How often the estimate is sent.',
  },
  qos_correction_interval_min: { type: 'duration', default: 0, group: 'Resources', help: 'How often at most it acts.' },
  resource_provider_config_dir: { type: 'path', group: 'Resources', help: 'Folder of resource providers.' },
  isolation: { type: 'text', default: 'posix/cpu,posix/mem', group: 'Containers', help: 'Isolators, comma-separated.' },
  launcher: { type: 'text', default: 'posix', group: 'Containers', help: 'How containers are started.' },
  containerizers: { type: 'text', default: 'mesos', group: 'Containers', help: 'What runs containers.' },
  image_providers: { type: 'text', group: 'Containers', help: 'Where container images come from.' },
  docker: { type: 'text', default: 'docker', group: 'Containers', help: 'The docker program.' },
  sandbox_directory: {
    type: 'path',
    default: '/mnt/mesos/sandbox',
    group: 'Containers',
    help: 'Where the sandbox is in a container with an image.',
  },
  switch_user: { type: 'bool', default: true, group: 'Containers', help: 'Runs tasks as their own users, when root.' },
  default_container_info: { type: 'json', group: 'Containers', help: 'For executors that name none, as JSON.' },
  systemd_enable_support: { type: 'bool', default: false, group: 'Containers', help: 'Puts executors into a slice.' },
  network_cni_plugins_dir: { type: 'path', group: 'Containers', help: 'Folder of CNI plugins.' },
  network_cni_config_dir: { type: 'path', group: 'Containers', help: 'Folder of CNI networks.' },
  executor_environment_variables: {
    type: 'json',
    group: 'Executors',
    help: 'Environment of executors, as a JSON object of strings; without it they get nothing of the agent’s own.',
  },
  executor_registration_timeout: {
    type: 'duration',
    default: MINUTE_MS,
    group: 'Executors',
    help: 'An executor that has not registered by then is killed.',
  },
  executor_reregistration_timeout: {
    type: 'duration',
    default: 2 * SECOND_MS,
    group: 'Executors',
    help: 'How long a restarted agent waits for its executors; at most 15secs.',
  },
  executor_reregistration_retry_interval: { type: 'duration', group: 'Executors', help: 'How often it calls them.' },
  executor_shutdown_grace_period: {
    type: 'duration',
    default: 5 * SECOND_MS,
    group: 'Executors',
    help: 'How long an executor has to end itself before it is killed.',
  },
  max_completed_executors_per_framework: {
    type: 'int',
    default: 150,
    group: 'Executors',
    help: 'How many ended ones are shown.',
  },
  http_command_executor: { type: 'bool', default: false, group: 'Executors', help: 'Command executors over HTTP.' },
  http_executor_domain_sockets: { type: 'bool', default: false, group: 'Executors', help: 'Executors over a socket.' },
  http_heartbeat_interval: { type: 'duration', default: 30 * SECOND_MS, group: 'Executors', help: 'Of streams.' },
  recover: { type: 'text', default: 'reconnect', group: 'Recovery', help: 'reconnect with old executors, or cleanup.' },
  recovery_timeout: {
    type: 'duration',
    default: 15 * MINUTE_MS,
    group: 'Recovery',
    help: 'Executors whose agent stays away for longer end themselves.',
  },
  strict: { type: 'bool', default: true, group: 'Recovery', help: 'Refuses to start on a damaged state.' },
  reconfiguration_policy: {
    type: 'text',
    default: 'equal',
    group: 'Recovery',
    help: 'What may differ from before: equal nothing, additive more resources and attributes.',
  },
  authenticatee: { type: 'text', default: 'crammd5', group: 'Security', help: 'How the agent authenticates.' },
  credential: { type: 'text', group: 'Security', help: 'What it authenticates with.' },
  authentication_backoff_factor: { type: 'duration', default: SECOND_MS, group: 'Security', help: 'Between attempts.' },
  authentication_timeout_min: { type: 'duration', default: 5 * SECOND_MS, group: 'Security', help: 'Of an attempt.' },
  authentication_timeout_max: { type: 'duration', default: MINUTE_MS, group: 'Security', help: 'Of an attempt.' },
  authenticate_http_readonly: { type: 'bool', default: false, group: 'Security', help: 'For endpoints that show.' },
  authenticate_http_readwrite: { type: 'bool', default: false, group: 'Security', help: 'For endpoints that change.' },
  authenticate_http_executors: { type: 'bool', default: false, group: 'Security', help: 'For HTTP executors.' },
  http_credentials: { type: 'path', group: 'Security', help: 'File of principals and their secrets.' },
  authorizer: { type: 'text', default: 'local', group: 'Security', help: 'What decides who may do what.' },
  acls: { type: 'json', group: 'Security', help: 'Who may do what, as JSON.' },
  firewall_rules: { type: 'json', group: 'Security', help: 'Endpoints that are closed, as JSON.' },
  jwt_secret_key: {
    type: 'path',
    aliases: ['executor_secret_key'],
    group: 'Security',
    help: 'Key for the tokens of executors.',
  },
  memory_profiling: { type: 'bool', default: false, group: 'Extensions', help: 'Opens the endpoints for it.' },
  modules: { type: 'json', group: 'Extensions', help: 'Modules to load.' },
  modules_dir: { type: 'path', group: 'Extensions', help: 'Folder of modules to load.' },
  hooks: { type: 'text', group: 'Extensions', help: 'Hooks to install.' },
} as const satisfies FlagSet;

type Values = FlagValues<typeof AGENT_FLAGS>;
type Name = keyof typeof AGENT_FLAGS;

export interface AgentFlags extends Values {
  /** What /flags shows. */
  readonly shown: Readonly<Record<string, string>>;
  /** `executor_environment_variables`, checked. */
  readonly executorEnvironment: Readonly<Record<string, string>>;
}

/** Flags whose function is not there yet, with what to say to who sets them. */
const REFUSED: FlagLimits<Name>['refused'] = {
  master_detector: 'modules are not built yet',
  ip_discovery_command: 'give the address itself, with --ip',
  domain: 'fault domains are not built yet',
  zk_session_timeout: 'election over ZooKeeper is not built yet',
  runtime_dir: 'nothing is kept there',
  frameworks_home: 'URIs are not fetched yet',
  gc_delay: 'sandboxes are not collected yet',
  gc_disk_headroom: 'sandboxes are not collected yet',
  gc_non_executor_container_sandboxes: 'sandboxes are not collected yet',
  disk_watch_interval: 'sandboxes are not collected yet',
  fetcher_cache_size: 'URIs are not fetched yet',
  fetcher_cache_dir: 'URIs are not fetched yet',
  fetcher_stall_timeout: 'URIs are not fetched yet',
  hadoop_home: 'URIs are not fetched yet',
  resource_estimator: 'oversubscription is not built yet',
  qos_controller: 'oversubscription is not built yet',
  oversubscribed_resources_interval: 'oversubscription is not built yet',
  qos_correction_interval_min: 'oversubscription is not built yet',
  resource_provider_config_dir: 'resource providers are not built yet',
  docker: 'container images are not built yet',
  sandbox_directory: 'container images are not built yet',
  image_providers: 'container images are not built yet',
  default_container_info: 'container images are not built yet',
  systemd_enable_support: 'executors have sessions of their own and no slice',
  network_cni_plugins_dir: 'CNI networks are not built yet',
  network_cni_config_dir: 'CNI networks are not built yet',
  executor_reregistration_retry_interval: 'executors are called once, over a connection',
  http_command_executor: 'command executors speak with the agent over libprocess',
  http_executor_domain_sockets: 'executors speak HTTP over TCP',
  http_heartbeat_interval: 'streams of containers are not built yet',
  authentication_backoff_factor: 'authentication is not built yet',
  authentication_timeout_min: 'authentication is not built yet',
  authentication_timeout_max: 'authentication is not built yet',
  credential: 'authentication is not built yet',
  authenticate_http_readonly: 'authentication is not built yet',
  authenticate_http_readwrite: 'authentication is not built yet',
  authenticate_http_executors: 'authentication is not built yet',
  http_credentials: 'authentication is not built yet',
  acls: 'authorization is not built yet',
  firewall_rules: 'closing endpoints is not built yet',
  jwt_secret_key: 'authentication is not built yet',
  memory_profiling: "use Node's own --heap-prof",
  modules: 'modules are not built yet',
  modules_dir: 'modules are not built yet',
  hooks: 'hooks are not built yet',
};

/** Flags that take only what is listed. */
const CHOICES: FlagLimits<Name>['choices'] = {
  isolation: { values: ['posix/cpu,posix/mem', 'process'], otherwise: 'the only isolators are posix/cpu,posix/mem' },
  launcher: { values: ['posix'], otherwise: 'the only launcher is posix' },
  containerizers: { values: ['mesos'], otherwise: 'the only containerizer is mesos' },
  recover: { values: ['reconnect'], otherwise: '--recover=cleanup is not built yet' },
  reconfiguration_policy: { values: ['equal', 'additive'], otherwise: 'the policies are equal and additive' },
  authenticatee: { values: ['crammd5'], otherwise: 'authentication is not built yet' },
  authorizer: { values: ['local'], otherwise: 'authorization is not built yet' },
};

const LIMITS: FlagLimits<Name> = { refused: REFUSED, choices: CHOICES };

/** Every flag: accepted with its effect, or refused with a sentence when set to anything but its default. */
export const FLAG_SUPPORT = supportOfFlags(AGENT_FLAGS, LIMITS);

/**
 * Reads flags and refuses what cannot be had.
 *
 * @throws Failure BAD_FLAG with a message for the operator.
 */
export function agentFlags(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>> = {},
): AgentFlags {
  const { values, shown, rest } = readFlags(AGENT_FLAGS, argv, env);
  if (!values.help && !values.version) refuse(values, rest);
  return { ...values, shown, executorEnvironment: environmentOf(values.executor_environment_variables) };
}

function refuse(values: Values, rest: readonly string[]): void {
  if (rest.length > 0) throw badFlag(`Unexpected argument '${rest[0]}': flags begin with --`);
  refuseUnsupported(AGENT_FLAGS, values, LIMITS);
  debuggerOptions(values);
  if (/^(zk|file):\/\//.test(values.master)) {
    throw badFlag(`--master=${values.master} is not supported: give host:port, election is not built yet`);
  }
  for (const port of [values.port, values.advertise_port ?? 0]) {
    if (port < 0 || port > PORT_MAX) throw badFlag(`Invalid port ${port}: must be between 0 and ${PORT_MAX}`);
  }
  if (values.executor_reregistration_timeout > EXECUTOR_REREGISTRATION_TIMEOUT_MAX_MS) {
    throw badFlag('Expected `--executor_reregistration_timeout` to be at most 15secs');
  }
}

function environmentOf(value: unknown): Readonly<Record<string, string>> {
  if (value === undefined) return {};
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  const entries = isObject ? Object.entries(value) : [];
  if (!isObject || entries.some(([, each]) => typeof each !== 'string')) {
    throw badFlag('--executor_environment_variables must be a JSON object whose values are strings');
  }
  return Object.fromEntries(entries) as Record<string, string>; // Each was just checked.
}
