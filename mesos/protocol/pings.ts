/**
 * Pings: whether an agent is still there.
 *
 *   master's observer ──PingSlaveMessage──▶ agent
 *   master's observer ◀──PongSlaveMessage── agent
 *
 * The master pings every `--agent_ping_timeout`; after `--max_agent_ping_timeouts` without an answer the agent is
 * marked unreachable. An agent that hears no ping for that long looks for a new master. At most once, each way.
 *
 * Source: messages.proto.
 */
import { type BodyOf, bool, message, req } from '../../libprocess/index.ts';

/** `connected` is false when the master holds the agent for disconnected: then it registers again. */
export const PingSlaveMessage = message('mesos.internal.PingSlaveMessage', {
  connected: req(1, bool),
});
export type PingSlaveMessage = BodyOf<typeof PingSlaveMessage>;

export const PongSlaveMessage = message('mesos.internal.PongSlaveMessage', {});
export type PongSlaveMessage = BodyOf<typeof PongSlaveMessage>;
