/** What a command of the command line is. */
import { endpointOptions, Runtime, spawnEndpoints, TcpNetwork } from '../../libprocess/index.ts';

export interface Command {
  readonly name: string;
  /** One line, for the list of commands. */
  readonly summary: string;
  /** @returns the exit status. @throws Failure with a sentence for the user. */
  run(argv: readonly string[], env: NodeJS.ProcessEnv): Promise<number>;
}

/** Runs `work` on a runtime that reaches others, but that nobody has to reach. */
export async function withRuntime<T>(work: (runtime: Runtime) => PromiseLike<T>): Promise<T> {
  const runtime = Runtime.local({ network: new TcpNetwork() });
  try {
    return await work(runtime);
  } finally {
    await runtime.stop();
  }
}

/** Runs `work` on a runtime that others on this machine reach: a debugger finds the framework there. */
export async function withNode<T>(
  env: Readonly<Record<string, string | undefined>>,
  work: (runtime: Runtime) => PromiseLike<T>,
): Promise<T> {
  const runtime = await Runtime.start({ network: new TcpNetwork(), ip: '127.0.0.1' });
  try {
    spawnEndpoints(runtime, endpointOptions(env));
    return await work(runtime);
  } finally {
    await runtime.stop();
  }
}

export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Rows under their titles, each column as wide as its widest cell. */
export function table(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [titles, ...rows];
  const widths = titles.map((_, column) => Math.max(...all.map(row => row[column]?.length ?? 0)));
  return all
    .map(row =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
