/**
 * The test kit: simulations of whole clusters, and expectations about what actors say to one another.
 *
 *   import { messages, simulate } from 'mesos-ts/libprocess/testing';
 *
 * Start at {@link simulate}; docs/testing.md teaches it, and says for each macro of libprocess what stands in its place.
 *
 * @packageDocumentation
 */

export { type Fault, SimulatedDisk, type SimulatedDiskOptions } from './disk/simulated.ts';
// Programs without a machine.
export { type Program, SimulatedLauncher, type SimulatedLauncherOptions } from './subprocess/simulated.ts';
export type { SimulatedProcess } from './subprocess/simulated-process.ts';
// Expectations.
export { Interceptor, intercept, type Watch } from './testing/interceptor.ts';
export type { DiskOptions, NodeOptions } from './testing/machine.ts';
export {
  type CallEnds,
  calls,
  dispatches,
  type Ends,
  type Event,
  events,
  exits,
  type Matcher,
  messages,
  type RequestEnds,
  requests,
  type Who,
} from './testing/matchers.ts';
export { Nemesis, type NemesisOptions, TROUBLES, type Trouble } from './testing/nemesis.ts';
export type { Probe } from './testing/probe.ts';
export { reportFailures, type TestContext } from './testing/report-failures.ts';
export { type Finding, type SearchOptions, scenario, search, withFlow } from './testing/scenario.ts';
// A cluster in one thread, on a virtual clock, from one seed.
export { type Nodes, type Simulation, type SimulationOptions, simulate } from './testing/simulation.ts';
export { type Answered, AWAIT_MS, EPOCH_MS, type Timeline } from './testing/timeline.ts';

// What a failure prints.
export { type SequenceOptions, type Step, sequenceDiagram } from './trace/sequence.ts';
// What goes wrong.
export type { Faults } from './transport/simulated-wire.ts';
