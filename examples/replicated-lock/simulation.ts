/**
 * The lock in a bad world: three servers and three clients, on a network that loses and breaks, on machines that crash,
 * with clocks that drift. What must be true whatever happens:
 *
 *   - at most one client holds the lock
 *   - each tenure has a higher token than all before it
 *   - once everything works again, somebody gets the lock
 *
 *   npm run simulate -- lock --seeds=1000
 */
import type { PID } from '../../libprocess/index.ts';
import { Nemesis, type Simulation, scenario } from '../../libprocess/testing.ts';
import { LockClient } from './client.ts';
import { DRIFT_MAX } from './lease.ts';
import { LockServer } from './server.ts';

/** The planted bugs, by the sites that provoke them. */
export const BUGS = [
  'lock/skip-quorum', // One vote is enough.
  'lock/count-from-votes', // The lease is counted from the answer, not from the question.
  'lock/trust-clocks', // Nobody's clock runs too slow.
  'lock/forget-leases', // A server that comes back votes at once.
  'lock/vote-before-sync', // The vote is given before the token is on disk.
  'lock/reuse-token', // The same token is granted twice.
] as const;
export type Bug = (typeof BUGS)[number];

const SERVERS = ['server1', 'server2', 'server3'];
const CLIENTS = ['client1', 'client2', 'client3'];
const TROUBLED_MS = 10_000;
const HEALED_MS = 30_000;

/** Lives through one seed. @throws Error that tells seed and flow when something is not as it must be. */
export function playLock(seed: number, bug: Bug | null = null, replay?: string): Promise<LockOutcome> {
  const network = { loss: 0.03, reset: 0.005, delayMs: [1, 80] } as const;
  const disk = { latencyMs: [1, 40] } as const;
  const chaos = bug === null ? undefined : { [bug]: 1 };
  return scenario({ seed, network, disk, chaos, replay }, async sim => {
    const tokens = watch(sim, startClients(sim, startServers(sim)));
    const nemesis = new Nemesis(sim, { nodes: sim.nodes, everyMs: [50, 700], lastsMs: [20, 1_500], downMax: 2 });
    await sim.advance(TROUBLED_MS);
    nemesis.end();
    const before = tokens.length;
    await sim.until(() => tokens.length > before, HEALED_MS);
    return { tenures: tokens.length, digest: sim.digest };
  });
}

export interface LockOutcome {
  readonly tenures: number;
  /** SHA-256 of all that happened. */
  readonly digest: string;
}

interface Clients {
  readonly byNode: Map<string, LockClient>;
  /** The tokens of all tenures, as they began. */
  readonly tokens: number[];
}

function startServers(sim: Simulation): PID[] {
  return SERVERS.map(name => {
    const clockDrift = driftIn(sim);
    return sim.node(name, { clockDrift, boot: runtime => runtime.spawn(new LockServer()) }).address.pid('lock');
  });
}

function startClients(sim: Simulation, servers: readonly PID[]): Clients {
  const clients: Clients = { byNode: new Map(), tokens: [] };
  for (const name of CLIENTS) {
    sim.node(name, {
      clockDrift: driftIn(sim),
      boot: runtime => {
        const client = new LockClient(name, servers, ({ token }) => clients.tokens.push(token));
        clients.byNode.set(name, client);
        runtime.spawn(client);
      },
    });
  }
  return clients;
}

/** Too fast, too slow or right: what is between would find less. */
function driftIn(sim: Simulation): number {
  return DRIFT_MAX * sim.random.between(-1, 1);
}

function watch(sim: Simulation, { byNode, tokens }: Clients): readonly number[] {
  const holders = (): string[] => CLIENTS.filter(name => sim.isUp(name) && byNode.get(name)?.holds === true);
  sim.always('at most one client holds the lock', () => holders().length <= 1);
  sim.always('tokens grow', () => tokens.length < 2 || Number(tokens.at(-1)) > Number(tokens.at(-2)));
  return tokens;
}
