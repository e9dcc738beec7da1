/**
 * The master's flags: Mesos' names and defaults.
 *
 * What is not built yet is refused with a sentence when it is asked for, and never silently ignored; `SUPPORT` lists
 * which flags these are.
 *
 * Source: Mesos src/master/flags.cpp.
 */
import { Failure, fromJson, printDuration } from '../../libprocess/index.ts';
import { COMMON_FLAGS, type Flag, type FlagSet, type FlagValues, type ParsedFlags } from '../common/flags.ts';
import type { Quantities } from '../common/quantities.ts';
import { parseResources } from '../common/resource-text.ts';
import { DomainInfo } from '../protocol/addresses.ts';
import { readFlags } from '../read-flags.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const WEEK_MS = 7 * 24 * 60 * MINUTE_MS;

export const AGENT_PING_TIMEOUT_MIN_MS = SECOND_MS;
export const AGENT_PING_TIMEOUT_MAX_MS = 15 * MINUTE_MS;
export const AGENT_REREGISTER_TIMEOUT_MIN_MS = 10 * MINUTE_MS;

export const MASTER_FLAGS = {
  ...COMMON_FLAGS,
  ip: { type: 'text', group: 'Network', help: 'IP address to listen on.' },
  port: { type: 'int', default: 5050, group: 'Network', help: 'Port to listen on; 0 lets the system choose.' },
  advertise_ip: { type: 'text', group: 'Network', help: 'IP address that others should use to reach this master.' },
  advertise_port: { type: 'int', group: 'Network', help: 'Port that others should use to reach this master.' },
  ip_discovery_command: { type: 'text', group: 'Network', help: 'Program that prints the IP address to listen on.' },
  hostname: { type: 'text', group: 'Network', help: 'Host name that others should use; by default the IP address.' },
  hostname_lookup: { type: 'bool', default: true, group: 'Network', help: 'Whether to look the host name up.' },
  zk: { type: 'text', group: 'High availability', help: 'zk://host:port,…/path: where masters elect their leader.' },
  zk_session_timeout: {
    type: 'duration',
    default: 10 * SECOND_MS,
    group: 'High availability',
    help: 'ZooKeeper session timeout.',
  },
  quorum: { type: 'int', group: 'High availability', help: 'How many replicas of the registry make a majority.' },
  registry: {
    type: 'text',
    default: 'in_memory',
    group: 'Registry',
    help: 'Where the registry is kept: in_memory forgets the agents when the master ends.',
  },
  registry_fetch_timeout: { type: 'duration', default: MINUTE_MS, group: 'Registry', help: 'Limit on reading it.' },
  registry_store_timeout: {
    type: 'duration',
    default: 20 * SECOND_MS,
    group: 'Registry',
    help: 'Limit on writing it.',
  },
  registry_strict: { type: 'bool', default: false, group: 'Registry', help: 'Must be false, as in Mesos.' },
  registry_gc_interval: { type: 'duration', default: 15 * MINUTE_MS, group: 'Registry', help: 'How often to tidy it.' },
  registry_max_agent_age: {
    type: 'duration',
    default: 2 * WEEK_MS,
    group: 'Registry',
    help: 'How long unreachable and gone agents are remembered.',
  },
  registry_max_agent_count: {
    type: 'int',
    default: 102_400,
    group: 'Registry',
    help: 'How many unreachable and gone agents are remembered.',
  },
  log_auto_initialize: { type: 'bool', default: true, group: 'Registry', help: 'Whether a new log sets itself up.' },
  work_dir: { type: 'path', group: 'Registry', help: 'Folder of the registry; required for replicated_log.' },
  agent_reregister_timeout: {
    type: 'duration',
    default: AGENT_REREGISTER_TIMEOUT_MIN_MS,
    aliases: ['slave_reregister_timeout'],
    group: 'Agents',
    help: 'How long a disconnected agent may take to come back; at least 10mins.',
  },
  recovery_agent_removal_limit: {
    type: 'text',
    default: '100%',
    aliases: ['recovery_slave_removal_limit'],
    group: 'Agents',
    help: 'Which part of the agents may be missing after a failover before the master gives up.',
  },
  agent_removal_rate_limit: {
    type: 'text',
    aliases: ['slave_removal_rate_limit'],
    group: 'Agents',
    help: 'How fast agents that fail their health checks are removed, such as 1/10mins.',
  },
  agent_ping_timeout: {
    type: 'duration',
    default: 15 * SECOND_MS,
    aliases: ['slave_ping_timeout'],
    group: 'Agents',
    help: 'How long an agent may take to answer a ping: 1secs to 15mins.',
  },
  max_agent_ping_timeouts: {
    type: 'int',
    default: 5,
    aliases: ['max_slave_ping_timeouts'],
    group: 'Agents',
    help: 'After so many pings without an answer an agent is unreachable.',
  },
  max_executors_per_agent: {
    type: 'int',
    aliases: ['max_executors_per_slave'],
    group: 'Agents',
    help: 'Limit of executors on one agent.',
  },
  whitelist: { type: 'path', group: 'Agents', help: 'File of the host names whose resources are offered.' },
  require_agent_domain: { type: 'bool', default: false, group: 'Agents', help: 'Refuses agents without a domain.' },
  domain: { type: 'json', group: 'Agents', help: 'Fault domain of this master, as JSON.' },
  allocation_interval: {
    type: 'duration',
    default: SECOND_MS,
    group: 'Allocation',
    help: 'Time between two allocations.',
  },
  allocator: {
    type: 'text',
    default: 'hierarchical',
    group: 'Allocation',
    help: 'Which allocator to use: hierarchical (or its old name HierarchicalDRF).',
  },
  allocator_agent_recovery_factor: {
    type: 'double',
    default: 0.8,
    group: 'Allocation',
    help: 'Which part of the agents must be back after a failover before quota is allocated.',
  },
  allocator_recovery_timeout: {
    type: 'duration',
    default: 10 * MINUTE_MS,
    group: 'Allocation',
    help: 'After which time quota is allocated in any case.',
  },
  role_sorter: {
    type: 'text',
    default: 'drf',
    aliases: ['user_sorter'],
    group: 'Allocation',
    help: 'How resources are shared between roles.',
  },
  framework_sorter: {
    type: 'text',
    default: 'drf',
    group: 'Allocation',
    help: 'How resources are shared between the frameworks of a role.',
  },
  fair_sharing_excluded_resource_names: {
    type: 'text',
    group: 'Allocation',
    help: 'Resources that do not count in fair sharing.',
  },
  filter_gpu_resources: {
    type: 'bool',
    default: true,
    group: 'Allocation',
    help: 'Keeps agents with GPUs from frameworks that cannot use them.',
  },
  min_allocatable_resources: {
    type: 'text',
    default: 'cpus:0.01|mem:32',
    group: 'Allocation',
    help: 'What an offer must have at least.',
  },
  offer_timeout: { type: 'duration', group: 'Allocation', help: 'Offers are rescinded after this time.' },
  offer_constraints_re2_max_mem: {
    type: 'bytes',
    default: 4096,
    group: 'Allocation',
    help: 'Memory limit of one regular expression of an offer constraint.',
  },
  offer_constraints_re2_max_program_size: {
    type: 'int',
    default: 100,
    group: 'Allocation',
    help: 'Size limit of one regular expression of an offer constraint.',
  },
  roles: { type: 'text', group: 'Allocation', help: 'The only roles that frameworks may use.' },
  weights: { type: 'text', group: 'Allocation', help: 'role=weight,…: shares of roles.' },
  root_submissions: {
    type: 'bool',
    default: true,
    group: 'Frameworks',
    help: 'Whether user root may run frameworks.',
  },
  max_completed_frameworks: { type: 'int', default: 50, group: 'Frameworks', help: 'How many are remembered.' },
  max_completed_tasks_per_framework: {
    type: 'int',
    default: 1000,
    group: 'Frameworks',
    help: 'How many are remembered.',
  },
  max_unreachable_tasks_per_framework: {
    type: 'int',
    default: 1000,
    group: 'Frameworks',
    help: 'How many are remembered.',
  },
  rate_limits: { type: 'json', group: 'Frameworks', help: 'Limits on messages of frameworks, as JSON.' },
  authenticate_frameworks: {
    type: 'bool',
    default: false,
    aliases: ['authenticate'],
    group: 'Security',
    help: 'Whether frameworks must authenticate.',
  },
  authenticate_agents: {
    type: 'bool',
    default: false,
    aliases: ['authenticate_slaves'],
    group: 'Security',
    help: 'Whether agents must authenticate.',
  },
  authenticate_http_readwrite: {
    type: 'bool',
    default: false,
    aliases: ['authenticate_http'],
    group: 'Security',
    help: 'Whether endpoints that change something ask who you are.',
  },
  authenticate_http_readonly: {
    type: 'bool',
    default: false,
    group: 'Security',
    help: 'Whether endpoints that show something ask who you are.',
  },
  authenticate_http_frameworks: {
    type: 'bool',
    default: false,
    group: 'Security',
    help: 'Whether HTTP frameworks must authenticate.',
  },
  authentication_v0_timeout: { type: 'duration', default: 15 * SECOND_MS, group: 'Security', help: 'Limit on it.' },
  authenticators: { type: 'text', default: 'crammd5', group: 'Security', help: 'How frameworks and agents do it.' },
  http_authenticators: { type: 'text', default: 'basic', group: 'Security', help: 'How HTTP clients do it.' },
  http_framework_authenticators: { type: 'text', group: 'Security', help: 'How HTTP frameworks do it.' },
  credentials: { type: 'path', group: 'Security', help: 'File of principals and their secrets.' },
  acls: { type: 'json', group: 'Security', help: 'Who may do what, as JSON.' },
  authorizers: { type: 'text', default: 'local', group: 'Security', help: 'What decides about it.' },
  firewall_rules: { type: 'json', group: 'Security', help: 'Endpoints that are closed, as JSON.' },
  cluster: { type: 'text', group: 'Web interface', help: 'Name of the cluster.' },
  webui_dir: { type: 'path', group: 'Web interface', help: 'Folder of the pages; by default those that came along.' },
  max_operator_event_stream_subscribers: {
    type: 'int',
    default: 1000,
    group: 'Web interface',
    help: 'Limit of event streams; the oldest is closed when there are more.',
  },
  publish_per_framework_metrics: {
    type: 'bool',
    default: true,
    group: 'Web interface',
    help: 'Whether each framework has metrics of its own.',
  },
  memory_profiling: { type: 'bool', default: false, group: 'Extensions', help: 'Opens the endpoints for it.' },
  modules: { type: 'json', group: 'Extensions', help: 'Modules to load.' },
  modules_dir: { type: 'path', group: 'Extensions', help: 'Folder of modules to load.' },
  hooks: { type: 'text', group: 'Extensions', help: 'Hooks to install.' },
  master_contender: { type: 'text', group: 'Extensions', help: 'Module that takes part in elections.' },
  master_detector: { type: 'text', group: 'Extensions', help: 'Module that finds the leader.' },
} as const satisfies FlagSet;

type Values = FlagValues<typeof MASTER_FLAGS>;
type Name = keyof typeof MASTER_FLAGS;

export interface MasterFlags extends Values {
  /** What /flags shows. */
  readonly shown: Readonly<Record<string, string>>;
  readonly offerTimeoutMs: number | null;
  /** `--weights`, by role. */
  readonly roleWeights: ReadonlyMap<string, number>;
  readonly faultDomain: DomainInfo | undefined;
  /** `--min_allocatable_resources`: at least one of them must be there. */
  readonly minAllocatable: readonly Quantities[];
}

/** Flags whose function is not there yet, with what to say to who sets them. */
const REFUSED: Partial<Record<Name, string>> = {
  ip_discovery_command: 'give the address itself, with --ip',
  zk_session_timeout: 'election over ZooKeeper is not built yet',
  registry_fetch_timeout: 'the registry is in memory, and read at once',
  registry_store_timeout: 'the registry is in memory, and written at once',
  log_auto_initialize: 'the replicated log is not built yet',
  logbufsecs: 'log lines are written at once',
  initialize_driver_logging: 'there is no driver in a master',
  allocator_agent_recovery_factor: 'it only means something with quota, which is not built yet',
  allocator_recovery_timeout: 'it only means something with quota, which is not built yet',
  offer_constraints_re2_max_mem: 'offer constraints are not built yet',
  offer_constraints_re2_max_program_size: 'offer constraints are not built yet',
  authentication_v0_timeout: 'authentication is not built yet',
  zk: 'election over ZooKeeper is not built yet; start one master without --zk',
  quorum: 'the replicated log is not built yet',
  agent_removal_rate_limit: 'agents are removed without a limit',
  max_executors_per_agent: 'it only means something with the port mapping isolator, which is not built',
  whitelist: 'all agents receive offers',
  require_agent_domain: 'fault domains are shown but not required',
  rate_limits: 'messages of frameworks are not limited yet',
  authenticate_frameworks: 'authentication is not built yet',
  authenticate_agents: 'authentication is not built yet',
  authenticate_http_readwrite: 'authentication is not built yet',
  authenticate_http_readonly: 'authentication is not built yet',
  authenticate_http_frameworks: 'authentication is not built yet',
  http_framework_authenticators: 'authentication is not built yet',
  credentials: 'authentication is not built yet',
  acls: 'authorization is not built yet',
  firewall_rules: 'closing endpoints is not built yet',
  memory_profiling: "use Node's own --heap-prof",
  modules: 'modules are not built yet',
  modules_dir: 'modules are not built yet',
  hooks: 'hooks are not built yet',
  master_contender: 'modules are not built yet',
  master_detector: 'modules are not built yet',
};

/** Flags that take only what is listed. */
const CHOICES: Partial<Record<Name, { readonly values: readonly string[]; readonly otherwise: string }>> = {
  registry: { values: ['in_memory'], otherwise: 'the replicated log is not built yet; use --registry=in_memory' },
  allocator: { values: ['hierarchical', 'HierarchicalDRF'], otherwise: 'the only allocator is hierarchical' },
  role_sorter: { values: ['drf'], otherwise: 'the only sorter is drf' },
  framework_sorter: { values: ['drf'], otherwise: 'the only sorter is drf' },
  authenticators: { values: ['crammd5'], otherwise: 'authentication is not built yet' },
  http_authenticators: { values: ['basic'], otherwise: 'authentication is not built yet' },
  authorizers: { values: ['local'], otherwise: 'authorization is not built yet' },
  logging_level: { values: ['INFO', 'WARNING', 'ERROR'], otherwise: 'the levels are INFO, WARNING and ERROR' },
  recovery_agent_removal_limit: { values: ['100%'], otherwise: 'after a failover all agents may be missing' },
};

/** Every flag: accepted with its effect, or refused with a sentence when set to anything but its default. */
export const FLAG_SUPPORT: Readonly<Record<string, string>> = Object.fromEntries(
  (Object.keys(MASTER_FLAGS) as Name[]).map(name => [name, supportOf(name)]),
);

/**
 * Reads flags and refuses what cannot be had.
 *
 * @throws Failure BAD_FLAG with a message for the operator.
 */
export function masterFlags(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>> = {},
): MasterFlags {
  const parsed = readFlags(MASTER_FLAGS, argv, env);
  if (!parsed.values.help && !parsed.values.version) refuse(parsed);
  const {
    domain,
    offer_timeout: offerTimeoutMs = null,
    weights = '',
    min_allocatable_resources: least,
  } = parsed.values;
  return {
    ...parsed.values,
    shown: parsed.shown,
    offerTimeoutMs,
    roleWeights: new Map(list(weights).map(parseWeight)),
    faultDomain: domain === undefined ? undefined : flagged('domain', () => fromJson(DomainInfo, domain)),
    minAllocatable: least.split('|').map(each => {
      return flagged('min_allocatable_resources', () => parseResources(each).quantities);
    }),
  };
}

function list(text: string): string[] {
  return text.split(',').filter(each => each !== '');
}

function parseWeight(pair: string): [string, number] {
  const [role = '', text = ''] = pair.split('=');
  const weight = Number(text);
  if (text === '' || !(weight > 0)) throw bad(`Failed to load flag 'weights': '${pair}' is not role=weight above 0`);
  return [role, weight];
}

/** What `parse` makes of a flag. @throws Failure BAD_FLAG, naming the flag. */
function flagged<T>(name: Name, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    throw new Failure(`Failed to load flag '${name}': ${error.message}`, 'BAD_FLAG', { cause: error });
  }
}

function refuse({ values, rest }: ParsedFlags<typeof MASTER_FLAGS>): void {
  if (rest.length > 0) throw bad(`Unexpected argument '${rest[0]}': flags begin with --`);
  refuseMissing(values);
  refuseOutside(values);
  const { agent_ping_timeout: ping, max_agent_ping_timeouts: pings, agent_reregister_timeout: reregister } = values;
  if (ping < AGENT_PING_TIMEOUT_MIN_MS || ping > AGENT_PING_TIMEOUT_MAX_MS) {
    throw bad(`Invalid value '${printDuration(ping)}' for --agent_ping_timeout. Must be between 1secs and 15mins`);
  }
  if (pings < 1) throw bad(`Invalid value '${pings}' for --max_agent_ping_timeouts. Must be at least 1`);
  if (reregister < AGENT_REREGISTER_TIMEOUT_MIN_MS) {
    throw bad(`Invalid value '${printDuration(reregister)}' for --agent_reregister_timeout. Must be at least 10mins`);
  }
  if (values.registry_strict) throw bad('Support for --registry_strict=true has been removed, as in Mesos');
}

function refuseMissing(values: Values): void {
  for (const [name, advice] of Object.entries(REFUSED)) {
    const { default: usual }: Flag = MASTER_FLAGS[name as Name];
    if (values[name as Name] !== usual) throw bad(`--${name} is not supported: ${advice}`);
  }
}

function refuseOutside(values: Values): void {
  for (const [name, choice] of Object.entries(CHOICES)) {
    const value = String(values[name as Name]);
    if (!choice.values.includes(value)) throw bad(`--${name}=${value} is not supported: ${choice.otherwise}`);
  }
}

function supportOf(name: Name): string {
  const advice = REFUSED[name];
  if (advice !== undefined) return `refused: ${advice}`;
  const choice = CHOICES[name];
  return choice === undefined ? 'implemented' : `implemented: ${choice.values.join(' or ')}; ${choice.otherwise}`;
}

function bad(message: string): Failure {
  return new Failure(message, 'BAD_FLAG');
}
