/**
 * What an agent has to offer: what its operator said, and for what was not mentioned, what the machine has.
 *
 * Some memory and disk stay for the machine itself: 1 GB and 5 GB, or half of it where there is little.
 *
 * Source: Mesos src/slave/containerizer/containerizer.cpp (Containerizer::resources).
 */
import type { Resource } from '../protocol/resources.ts';
import { parseResourceList } from './resource-text.ts';
import { Resources } from './resources.ts';

/** What was found out about the machine; null where that failed. */
export interface Machine {
  readonly cores: number | null;
  readonly memoryBytes: number | null;
  /** The size of the file system of the work directory. */
  readonly diskBytes: number | null;
}

const MB = 1024 ** 2;
const GB = 1024 ** 3;

/**
 * A resource that the text names, even as 0, is taken as it stands there.
 *
 * @throws Failure MALFORMED
 */
export function agentResources(text: string, defaultRole: string, machine: Machine): Resources {
  const given = parseResourceList(text, defaultRole);
  const named = new Set(given.map(({ name }) => name));
  const detected = detect(machine).filter(({ name }) => !named.has(name));
  return Resources.from([...given, ...detected.map(resource => ({ ...resource, role: defaultRole }))]);
}

function detect({ cores, memoryBytes, diskBytes }: Machine): Resource[] {
  return [
    scalar('cpus', cores ?? 1),
    scalar('mem', Math.floor(leave(memoryBytes, 1 * GB, 2 * GB, 1 * GB) / MB)),
    scalar('disk', Math.floor(leave(diskBytes, 5 * GB, 10 * GB, 10 * GB) / MB)),
    { name: 'ports', type: 'RANGES', ranges: { range: [{ begin: 31_000, end: 32_000 }] } },
  ];
}

/** All but `kept` where there is `enough`, else half; `unknown` where nobody knows. */
function leave(bytes: number | null, kept: number, enough: number, unknown: number): number {
  if (bytes === null) return unknown;
  return bytes >= enough ? bytes - kept : bytes / 2;
}

function scalar(name: string, value: number): Resource {
  return { name, type: 'SCALAR', scalar: { value } };
}
