/**
 * What Mesos says: every message and every JSON shape, declared once. This is the page of contents.
 *
 * Names are Mesos' own with the dots of nested ones left out: FrameworkInfo.Capability.Type is
 * FrameworkInfoCapabilityType. They are those of v1 (agent, not slave), except the names of libprocess messages,
 * which are what goes over the wire. Each name is a schema (or a message) and the type of its bodies.
 */

// Nouns.
export * from './addresses.ts';
// The HTTP APIs: each has a Call, and an Event or a Response.
export * as agent from './agent-api.ts';
// Conversations by libprocess messages.
export * from './agent-registration.ts';
export * from './agents.ts';
export * from './authentication.ts';
export * from './checks.ts';
export * from './commands.ts';
export * from './containers.ts';
export * as executor from './executor-api.ts';
export * from './executor-messages.ts';
export * from './executors.ts';
export * from './framework-messages.ts';
export * from './frameworks.ts';
export * from './ids.ts';
export * from './introspection.ts';
export * from './labels.ts';
export * from './maintenance.ts';
export * as master from './master-api.ts';
export * from './masters.ts';
export * from './offers.ts';
export * from './operation-updates.ts';
export * from './operations.ts';
export * from './pings.ts';
export * from './principals.ts';
export * from './quota.ts';
export * as registry from './registry.ts';
// What is stored.
export * as replicatedLog from './replicated-log.ts';
export * as resourceProvider from './resource-provider-api.ts';
export * from './resource-providers.ts';
export * from './resources.ts';
export * as scheduler from './scheduler-api.ts';
export * as stateStorage from './state-storage.ts';
export * from './statistics.ts';
export * from './status-updates.ts';
export * from './task-launch.ts';
export * from './tasks.ts';
export * from './time.ts';
export { v0 } from './v0.ts';
export * from './values.ts';
export * from './volumes.ts';
