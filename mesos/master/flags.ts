/**
 * Reads the master's flags (flag-table.ts).
 *
 * What is not built yet is refused with a sentence when it is asked for, and never silently ignored; `FLAG_SUPPORT`
 * lists which flags these are.
 *
 * Source: Mesos src/master/flags.cpp.
 */
import { Failure, fromJson, printDuration } from '../../libprocess/index.ts';
import { debuggerOptions } from '../common/debugger-flags.ts';
import { badFlag, type FlagLimits, refuseUnsupported, supportOfFlags } from '../common/flag-support.ts';
import type { FlagValues, ParsedFlags } from '../common/flags.ts';
import type { Quantities } from '../common/quantities.ts';
import { parseResources } from '../common/resource-text.ts';
import { DomainInfo } from '../protocol/addresses.ts';
import { readFlags } from '../read-flags.ts';
import {
  AGENT_PING_TIMEOUT_MAX_MS,
  AGENT_PING_TIMEOUT_MIN_MS,
  AGENT_REREGISTER_TIMEOUT_MIN_MS,
  MASTER_FLAGS,
} from './flag-table.ts';

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
const REFUSED: FlagLimits<Name>['refused'] = {
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
const CHOICES: FlagLimits<Name>['choices'] = {
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

const LIMITS: FlagLimits<Name> = { refused: REFUSED, choices: CHOICES };

/** Every flag: accepted with its effect, or refused with a sentence when set to anything but its default. */
export const FLAG_SUPPORT = supportOfFlags(MASTER_FLAGS, LIMITS);

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
  if (text === '' || !(weight > 0))
    throw badFlag(`Failed to load flag 'weights': '${pair}' is not role=weight above 0`);
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
  if (rest.length > 0) throw badFlag(`Unexpected argument '${rest[0]}': flags begin with --`);
  refuseUnsupported(MASTER_FLAGS, values, LIMITS);
  debuggerOptions(values);
  const { agent_ping_timeout: ping, max_agent_ping_timeouts: pings, agent_reregister_timeout: reregister } = values;
  if (ping < AGENT_PING_TIMEOUT_MIN_MS || ping > AGENT_PING_TIMEOUT_MAX_MS) {
    throw badFlag(`Invalid value '${printDuration(ping)}' for --agent_ping_timeout. Must be between 1secs and 15mins`);
  }
  if (pings < 1) throw badFlag(`Invalid value '${pings}' for --max_agent_ping_timeouts. Must be at least 1`);
  if (reregister < AGENT_REREGISTER_TIMEOUT_MIN_MS) {
    throw badFlag(
      `Invalid value '${printDuration(reregister)}' for --agent_reregister_timeout. Must be at least 10mins`,
    );
  }
  if (values.registry_strict) throw badFlag('Support for --registry_strict=true has been removed, as in Mesos');
}
