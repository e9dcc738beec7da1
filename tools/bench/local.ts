/**
 * Actors of one runtime: all rows, one after another. Each is measured in an OS process of its own, so that none inherits
 * the compiled code and the heap of another.
 */
import { clientServerCases } from './client-server.ts';
import { dispatchCases } from './dispatch.ts';
import type { Erlang } from './erlang.ts';
import type { Case, Effort } from './measure.ts';
import { messageCases } from './messages.ts';
import { runtimeMetricsCases } from './metrics.ts';
import { spawnCases } from './spawn.ts';

export const GROUP = 'actors, one runtime';

/** @param erlang - null where it is not installed. */
export function localCases(effort: Effort, erlang: Erlang | null): Case[] {
  const makers = [messageCases, dispatchCases, spawnCases, clientServerCases, runtimeMetricsCases];
  return makers.flatMap(make => make(effort, erlang)).map(each => ({ group: GROUP, ...each }));
}
