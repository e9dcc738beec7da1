/** The jobs of the pool tests. */
export function double({ number }: { readonly number: number }): number {
  return number * 2;
}

export async function later(text: string): Promise<string> {
  return `${text} later`;
}

export function fail(text: string): never {
  throw new Error(text);
}

/** Until it is ended; `started[0]` says that it runs. */
export function hang(started: Int32Array): never {
  Atomics.store(started, 0, 1);
  Atomics.notify(started, 0);
  for (;;);
}
