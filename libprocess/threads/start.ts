/** `startThread`: one more thread for a runtime, with a file that joins it. */
import { basename, extname } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { MessageChannel, type TransferListItem, Worker } from 'node:worker_threads';
import { current } from '../current.ts';
import { defaultRuntime } from '../default.ts';
import { Failure } from '../failure.ts';
import type { Runtime } from '../runtime.ts';
import type { Claim, Setting } from './setting.ts';
import { LiveThread, type Thread } from './thread.ts';
import { Threads } from './threads.ts';
import { execArgvFor } from './typescript.ts';

/** What a thread is called, what it is given, and how large it may get. */
/** How a thread is to be. */
export interface ThreadOptions {
  /** What logs and metrics call it; by default the file's name without its ending. */
  readonly name?: string | undefined;
  /** What `joinRuntime` gives to the file: anything that can be cloned. */
  readonly data?: unknown;
  /** What of `data` moves instead of being copied. */
  readonly transfer?: readonly TransferListItem[] | undefined;
  /** The most that its heap may hold; beyond that the thread ends, and it alone. */
  readonly heapMbMax?: number | undefined;
}

/**
 * Runs `file` in a thread of its own, whose actors live at the address of `runtime`. Ready once it has joined: what it
 * spawned in the same go can be reached from then on.
 *
 *   const thread = await startThread(new URL('./hasher.ts', import.meta.url), { data: { rounds: 10 } });
 *   runtime.address.pid('hasher')
 *
 * `send`, `ask`, `link` and HTTP reach its actors as those of any host, in order and at most once; Refs do not, and bodies
 * are copied. Both threads import the messages they speak. A thread keeps the OS process alive until it ends;
 * `runtime.stop()` ends it.
 *
 * @param file - of TypeScript from sources, which needs tsx, or of JavaScript.
 * @param runtime - by default that of the actor whose turn it is, otherwise the default one.
 * @throws Failure THREAD when the file throws or ends instead of joining; DUPLICATE_THREAD; STOPPING; NESTED_THREAD in a
 *   thread.
 */
export async function startThread(
  file: URL | string,
  options: ThreadOptions = {},
  runtime: Runtime = ownRuntime(),
): Promise<Thread> {
  const threads = threadsOf(runtime);
  const url = typeof file === 'string' && !file.startsWith('file:') ? pathToFileURL(file) : new URL(file);
  const { name = nameOf(url), data, transfer = [], heapMbMax } = options;
  threads.checkNew(name);
  const frames = new MessageChannel();
  const claims = new MessageChannel();
  const granted = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  const { ip, port } = runtime.address;
  const setting: Setting = {
    libprocess: 1,
    name,
    ip,
    port,
    delegate: runtime.http.delegate,
    frames: frames.port2,
    claims: claims.port2,
    granted,
    data,
  };
  const worker = new Worker(url, {
    name,
    workerData: setting,
    execArgv: execArgvFor(url),
    transferList: [frames.port2, claims.port2, ...transfer],
    ...(heapMbMax === undefined ? {} : { resourceLimits: { maxOldGenerationSizeMb: heapMbMax } }),
  });
  const thread = new LiveThread(name, worker, frames.port1, threads);
  threads.add(thread);
  claims.port1.on('message', (claim: Claim) => {
    Atomics.store(granted, 0, threads.claim(thread, claim));
    Atomics.notify(granted, 0);
  });
  thread.wait().onAny(() => claims.port1.close());
  await thread.joined();
  return thread;
}

function threadsOf(runtime: Runtime): Threads {
  const { neighbours } = runtime;
  if (neighbours instanceof Threads) return neighbours;
  if (neighbours !== null) throw new Failure('a thread cannot start threads: ask the main thread', 'NESTED_THREAD');
  const threads = new Threads(runtime);
  runtime.neighbours = threads;
  return threads;
}

function nameOf(url: URL): string {
  const file = basename(fileURLToPath(url));
  return file.slice(0, file.length - extname(file).length);
}

function ownRuntime(): Runtime {
  return current()?.to.process?.runtime ?? defaultRuntime();
}
