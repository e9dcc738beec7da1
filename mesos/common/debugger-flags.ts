/**
 * Flags of all daemons about looking at messages, and what becomes of them: options of the endpoints here, variables of the
 * environment for executors.
 */
import { type EndpointOptions, Failure, parseDebugger, parseTraceSize, printDebugger } from '../../libprocess/index.ts';
import { badFlag } from './flag-support.ts';
import type { FlagSet } from './flags.ts';

export const DEBUGGER_FLAGS = {
  debugger: {
    type: 'text',
    group: 'Debugger',
    help:
      'Who may use /__debugger__ and /__trace__; by default whoever is on this machine, to look. ' +
      'off: nobody. remote: other machines, too. control: to pause, step, inject and kill as well; ' +
      'remote,control: both.',
  },
  trace: {
    type: 'int',
    group: 'Debugger',
    help: 'Traces messages from the start, and keeps the last so many (65536 is usual); otherwise on demand.',
  },
} as const satisfies FlagSet;

export interface DebuggerFlags {
  readonly debugger: string | undefined;
  readonly trace: number | undefined;
}

/** What the flags say to the endpoints; nothing where they are not given. @throws Failure BAD_FLAG. */
export function debuggerOptions({ debugger: mode, trace }: DebuggerFlags): Pick<EndpointOptions, 'debugger' | 'trace'> {
  return {
    ...(mode === undefined ? {} : { debugger: flagged('debugger', () => parseDebugger(mode)) }),
    ...(trace === undefined ? {} : { trace: flagged('trace', () => parseTraceSize(String(trace))) }),
  };
}

/** The same for runtimes that a daemon starts: `endpointOptions` reads it there. @throws Failure BAD_FLAG. */
export function debuggerEnvironment(flags: DebuggerFlags): Readonly<Record<string, string>> {
  const { debugger: mode, trace } = debuggerOptions(flags);
  return {
    ...(mode === undefined ? {} : { LIBPROCESS_DEBUGGER: printDebugger(mode) }),
    ...(trace === undefined ? {} : { LIBPROCESS_TRACE: String(trace) }),
  };
}

/** The same as flags, for daemons that a daemon starts. @throws Failure BAD_FLAG. */
export function debuggerArguments(flags: DebuggerFlags): readonly string[] {
  const { debugger: mode, trace } = debuggerOptions(flags);
  return [
    mode === undefined ? [] : `--debugger=${printDebugger(mode)}`,
    trace === undefined ? [] : `--trace=${trace}`,
  ].flat();
}

function flagged<T>(name: keyof typeof DEBUGGER_FLAGS, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    throw badFlag(`Failed to load flag '${name}': ${error.message}`);
  }
}
