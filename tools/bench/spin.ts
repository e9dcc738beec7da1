/**
 * Busy polling: an event loop that never sleeps sees bytes sooner, and costs a whole CPU. Erlang's schedulers do so by
 * themselves for a while after each piece of work.
 */

/** Keeps this process' event loop awake until the result is called. */
export function spin(): () => void {
  let spinning = true;
  const again = (): void => {
    if (spinning) setImmediate(again);
  };
  again();
  return () => {
    spinning = false;
  };
}

/** Does `work` while the event loop is kept awake. */
export async function spinning<T>(work: () => Promise<T>): Promise<T> {
  const stop = spin();
  try {
    return await work();
  } finally {
    stop();
  }
}
