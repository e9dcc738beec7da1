/**
 * mesos: what frameworks are written with, and every message and JSON shape of Mesos.
 *
 * Start at {@link Scheduler}: derive from it, and spawn it on a runtime with a network.
 *
 * @packageDocumentation
 */

// Frameworks.
export { Scheduler, type SchedulerOptions } from './scheduler/scheduler.ts';
export { pick } from './scheduler/pick.ts';

// Resources and states, as frameworks meet them.
export { Resources } from './common/resources.ts';
export { parseResources } from './common/resource-text.ts';
export { isTerminal } from './common/task-states.ts';

// What is said.
export * from './protocol/index.ts';

// What of Mesos is there.
export { type SupportTables, supportTables } from './support.ts';

// Recorded daemons, offline.
export { type Restart, restartOf } from './replay.ts';
