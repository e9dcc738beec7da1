/**
 * What Mesos says: every message and every JSON shape, declared once. This is the page of contents.
 *
 * Names are Mesos' own with the dots of nested ones left out: FrameworkInfo.Capability.Type is
 * FrameworkInfoCapabilityType. They are those of v1 (agent, not slave), except the names of libprocess messages,
 * which are what goes over the wire. Each name is a schema (or a message) and the type of its bodies.
 */

// Nouns.

export * from './addresses.ts';
export * from './agents.ts';
export * from './checks.ts';
export * from './commands.ts';
export * from './containers.ts';
export * from './executors.ts';
export * from './frameworks.ts';
export * from './ids.ts';
export * from './introspection.ts';
export * from './labels.ts';
export * from './maintenance.ts';
export * from './masters.ts';
export * from './offers.ts';
export * from './operations.ts';
export * from './principals.ts';
export * from './quota.ts';
export * from './resource-providers.ts';
export * from './resources.ts';
export * from './statistics.ts';
export * from './tasks.ts';
export * from './time.ts';
export * from './values.ts';
export * from './volumes.ts';

// Conversations by libprocess messages.

export * from './agent-registration.ts';
export * from './authentication.ts';
export * from './executor-host.ts';
export * from './executor-messages.ts';
export * from './framework-messages.ts';
export * from './operation-updates.ts';
export * from './pings.ts';
export * from './status-updates.ts';
export * from './task-launch.ts';

// The HTTP APIs: each has a Call, and an Event or a Response.

export * as agent from './agent-api.ts';
export * as executor from './executor-api.ts';
export * as master from './master-api.ts';
export * as resourceProvider from './resource-provider-api.ts';
export * as scheduler from './scheduler-api.ts';

// What is stored.

export * as registry from './registry.ts';
export * as replicatedLog from './replicated-log.ts';
export * as stateStorage from './state-storage.ts';

// The older spelling of JSON.

export { v0 } from './v0.ts';
