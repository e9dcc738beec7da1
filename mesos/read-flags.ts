/**
 * Flags of a program that runs on a machine: what they name as `file://…` is read from its disk.
 */
import { readFileSync } from 'node:fs';
import { type FlagSet, type ParsedFlags, parseFlags } from './common/flags.ts';

/**
 * Reads `argv` (without node and script) and `env`.
 *
 * @throws Failure BAD_FLAG, with a message for the operator.
 */
export function readFlags<F extends FlagSet>(
  flags: F,
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): ParsedFlags<F> {
  return parseFlags(flags, argv, env, { readFile: path => readFileSync(path, 'utf8') });
}
