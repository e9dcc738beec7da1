/**
 * The flags of `mesos execute`.
 *
 * Source: Mesos src/cli/execute.cpp.
 */
import { Failure } from '../../libprocess/index.ts';
import type { FlagSet, ParsedFlags } from '../common/flags.ts';
import { parseResources } from '../common/resource-text.ts';
import { DEFAULT_ROLE } from '../common/roles.ts';
import type { CommandInfo } from '../protocol/commands.ts';
import { readFlags } from '../read-flags.ts';
import type { Task } from './execute-scheduler.ts';

export const EXECUTE_FLAGS = {
  help: { type: 'bool', default: false, help: 'Prints this and exits.' },
  master: { type: 'text', default: '127.0.0.1:5050', help: 'host:port of a master.' },
  name: { type: 'text', required: true, help: 'Name and id of the task.' },
  command: { type: 'text', required: true, help: 'What to run: a shell line or, with --no-shell, a program.' },
  shell: {
    type: 'bool',
    default: true,
    help: 'Whether /bin/sh reads the command. Without it, what follows -- are the arguments of the program.',
  },
  env: { type: 'json', aliases: ['environment'], help: 'Variables for the task: {"NAME": "value"}.' },
  resources: { type: 'text', default: 'cpus:1;mem:128', help: 'What the task needs.' },
  role: { type: 'text', default: DEFAULT_ROLE, help: 'The role that gets the offers.' },
  checkpoint: { type: 'bool', default: false, help: 'Whether the task outlives a restart of its agent.' },
  kill_after: { type: 'duration', help: 'Kills the task when it takes longer.' },
  framework_name: { type: 'text', help: 'Name of the framework; by default the name of the task.' },
  containerizer: { type: 'text', default: 'mesos', help: 'Only mesos: tasks are processes of the agent.' },
  docker_image: { type: 'text', help: 'Not there yet.' },
  networks: { type: 'text', help: 'Not there yet.' },
  volumes: { type: 'text', help: 'Not there yet.' },
  task_group: { type: 'text', help: 'Not there yet.' },
} as const satisfies FlagSet;

const REFUSED = ['docker_image', 'networks', 'volumes', 'task_group'] as const;

export interface ExecuteOptions {
  readonly help: boolean;
  readonly master: string;
  readonly frameworkName: string;
  readonly role: string;
  readonly checkpoint: boolean;
  readonly killAfterMs: number | undefined;
  readonly task: Task;
}

/** @throws Failure BAD_FLAG or MALFORMED, with a sentence for the user. */
export function parseExecute(argv: readonly string[], env: NodeJS.ProcessEnv): ExecuteOptions {
  const parsed = readFlags(EXECUTE_FLAGS, argv, env);
  const { help, master, name, role, resources, checkpoint, kill_after, framework_name } = parsed.values;
  if (!help) refuse(parsed);
  return {
    help,
    master,
    role,
    checkpoint,
    frameworkName: framework_name ?? name,
    killAfterMs: kill_after,
    task: { name, command: commandOf(parsed), resources: parseResources(resources) },
  };
}

function refuse({ values, rest }: ParsedFlags<typeof EXECUTE_FLAGS>): void {
  const asked = REFUSED.find(name => values[name] !== undefined);
  if (asked !== undefined) throw badFlag(`--${asked} is not there yet: tasks are plain processes so far`);
  if (values.containerizer !== 'mesos') {
    throw badFlag(`--containerizer=${values.containerizer} is not there yet: only mesos is`);
  }
  if (rest.length > 0 && values.shell) throw badFlag(`'${rest[0]}' is no flag; arguments go with --no-shell`);
}

function commandOf({ values, rest }: ParsedFlags<typeof EXECUTE_FLAGS>): CommandInfo {
  const { shell, command, env } = values;
  const environment = env === undefined ? undefined : { variables: variablesOf(env) };
  if (shell) return { shell, value: command, environment };
  return { shell, value: command, arguments: [command, ...rest], environment };
}

function variablesOf(json: unknown): { name: string; value: string }[] {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw badFlag('--env wants a JSON object, such as {"NAME": "value"}');
  }
  return Object.entries(json).map(([name, value]) => ({ name, value: String(value) }));
}

function badFlag(message: string): Failure {
  return new Failure(message, 'BAD_FLAG');
}
