/** The scene of the thread tests: a runtime, an actor in its main thread that keeps what it hears, and threads. */
import { mkdir, rm } from 'node:fs/promises';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, onTestFinished } from 'vitest';
import {
  type BodyOf,
  type Future,
  logger,
  type MessageType,
  type PID,
  Process,
  printFields,
  Runtime,
  type RuntimeOptions,
  startThread,
  TcpNetwork,
  type Thread,
} from '../../../libprocess/index.ts';
import { Double, Note, Order } from './protocol.ts';

/** The file of the threads, as it stands. */
export const SOURCE = new URL('./puppets.ts', import.meta.url);

/** The same, compiled: a thread starts five times as fast with it. */
export const FILE = await compiled(SOURCE);

/** The URL of what `source` compiles to. */
export async function compiled(source: URL): Promise<URL> {
  // Below node_modules, so that packages are found from there.
  const folder = new URL('../../../node_modules/.cache/mesos-ts-threads/', import.meta.url);
  await mkdir(folder, { recursive: true });
  const file = new URL(`${process.pid}-${basename(source.pathname, '.ts')}.mjs`, folder);
  afterAll(() => rm(file));
  await build({
    entryPoints: [fileURLToPath(source)],
    outfile: fileURLToPath(file),
    bundle: true,
    packages: 'external',
    format: 'esm',
    platform: 'node',
    target: 'node20',
    logLevel: 'warning',
  });
  return file;
}

/** Says what a test tells it to, and keeps what it hears. */
export class Listener extends Process {
  readonly heard: string[] = [];
  readonly #waiting: (() => void)[] = [];

  constructor(id = 'listener') {
    super(id);
  }

  protected override initialize(): void {
    this.install(Note, ({ text }) => this.#hear(text));
    this.install(Double, ({ number }: BodyOf<typeof Double>) => ({ number: number * 2 }));
  }

  protected override exited(pid: PID): void {
    this.#hear(`exited ${pid.id}`);
  }

  tell<B>(to: PID, type: MessageType<B>, body: B): void {
    this.send(to, type, body);
  }

  order(to: PID, what: string, argument = ''): void {
    this.send(to, Order, { what, argument });
  }

  question<B, R>(to: PID, type: MessageType<B, R>, body: B): Future<R> {
    return this.ask(to, type, body);
  }

  watch(to: PID): void {
    this.link(to);
  }

  /** Ready once `text` was heard; the test's own time limit bounds it. */
  async until(...texts: readonly string[]): Promise<void> {
    while (!texts.every(text => this.heard.includes(text))) {
      await new Promise<void>(done => this.#waiting.push(done));
    }
  }

  #hear(text: string): void {
    this.heard.push(text);
    for (const done of this.#waiting.splice(0)) done();
  }
}

/** A runtime on a free port with a listener. */
export async function openScene(options: RuntimeOptions = {}) {
  const lines: string[] = [];
  const log = logger((level, text, fields) => lines.push(`${level} ${text} ${printFields(fields)}`));
  const runtime = await Runtime.start({ log, ...options, network: new TcpNetwork() });
  const listener = new Listener();
  const ref = runtime.spawn(listener);
  const pid = (id: string): PID => runtime.address.pid(id);
  const thread = (name: string, ...ids: string[]): Promise<Thread> => startThread(FILE, { name, data: ids }, runtime);
  const heapThread = (heapMbMax: number, ...ids: string[]): Promise<Thread> =>
    startThread(FILE, { name: 'small', data: ids, heapMbMax }, runtime);
  const newListener = (id: string): Listener => new Listener(id);
  return { runtime, listener, ref, pid, thread, heapThread, newListener, lines };
}

type Scene = Awaited<ReturnType<typeof openScene>>;

/** The same, closed with the test. */
export async function scene(options?: RuntimeOptions): Promise<Scene> {
  const opened = await openScene(options);
  onTestFinished(() => opened.runtime.stop());
  return opened;
}

/** Closes a scene that the tests of a group share. */
export function closeAfter(opened: Promise<Pick<Scene, 'runtime'>>): void {
  afterAll(async () => (await opened).runtime.stop());
}
