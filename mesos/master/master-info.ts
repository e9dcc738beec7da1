/** How the master introduces itself: to agents and frameworks, in the registry, in elections. */
import type { PID } from '../../libprocess/index.ts';
import type { MasterInfo } from '../protocol/masters.ts';
import { MESOS_VERSION } from '../version/build.ts';
import type { MasterFlags } from './flags.ts';

export function masterInfo(id: string, pid: PID, flags: MasterFlags): MasterInfo {
  const { ip, port } = pid.address;
  const hostname = flags.hostname ?? hostnameOf(ip, flags.hostname_lookup);
  return {
    id,
    ip: networkOrder(ip),
    port,
    pid: pid.toString(),
    hostname,
    version: MESOS_VERSION,
    address: { hostname, ip, port },
    domain: flags.faultDomain,
    capabilities: [{ type: 'AGENT_UPDATE' }, { type: 'AGENT_DRAINING' }, { type: 'QUOTA_V2' }],
  };
}

/** The one name that needs no look-up. */
function hostnameOf(ip: string, lookup: boolean): string {
  return lookup && ip === '127.0.0.1' ? 'localhost' : ip;
}

/** `127.0.0.1` as 16777343: the first byte is the lowest. */
function networkOrder(ip: string): number {
  return ip.split('.').reduceRight((sum, part) => sum * 256 + (Number(part) || 0), 0);
}
