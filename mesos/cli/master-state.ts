/** What the commands that look at a cluster share: the flag for its master, and the master's `/state`. */
import { Failure, type Request, type Runtime } from '../../libprocess/index.ts';
import type { FlagSet } from '../common/flags.ts';
import { parseMaster, redirectOf, sentenceOf } from '../scheduler/endpoint.ts';

export const LOOK_FLAGS = {
  help: { type: 'bool', default: false, help: 'Prints this and exits.' },
  master: { type: 'text', default: '127.0.0.1:5050', help: 'host:port of a master.' },
} as const satisfies FlagSet;

/** As much of `/state` as the commands print. */
export interface ClusterState {
  readonly slaves: readonly { readonly id: string; readonly hostname: string; readonly port: number }[];
  readonly frameworks: readonly FrameworkState[];
  readonly completed_frameworks: readonly FrameworkState[];
}

export interface FrameworkState {
  readonly id: string;
  readonly name: string;
  readonly tasks: readonly TaskState[];
  readonly completed_tasks: readonly TaskState[];
}

export interface TaskState {
  readonly id: string;
  readonly slave_id: string;
  readonly state: string;
  readonly resources: { readonly cpus: number; readonly mem: number };
}

/** The leader's `/state`, as text. @throws Failure BAD_MASTER, CONNECT, DISCONNECTED or UNAVAILABLE. */
export async function fetchState(runtime: Runtime, master: string): Promise<string> {
  const authority = parseMaster(master);
  const response = await runtime.request(authority, GET_STATE);
  const leader = redirectOf(response);
  const answer = leader === null || leader === authority ? response : await runtime.request(leader, GET_STATE);
  const text = await sentenceOf(answer);
  if (answer.status !== 200) throw new Failure(`${leader ?? authority} has no state to show: ${text}`, 'UNAVAILABLE');
  return text;
}

const GET_STATE: Request = {
  method: 'GET',
  path: '/master/state',
  search: '',
  headers: {},
  body: new Uint8Array(0),
  reader: null,
  peer: null,
};
