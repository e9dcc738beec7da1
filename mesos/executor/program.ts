/**
 * Which program a command means.
 *
 * Source: mesos.proto (CommandInfo).
 */
import type { LaunchSpec } from '../../libprocess/index.ts';
import type { CommandInfo } from '../protocol/index.ts';

/** A shell with the text, or the program with its arguments, the first of which is its own name. */
export function programOf(command: CommandInfo): Pick<LaunchSpec, 'file' | 'args' | 'argv0'> {
  const value = command.value ?? '';
  if (command.shell ?? true) return { file: '/bin/sh', args: ['-c', value] };
  const [argv0 = value, ...args] = command.arguments ?? [];
  return { file: value, args, argv0 };
}
