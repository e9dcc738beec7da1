/** The scene of the network tests: runtimes with real sockets on free ports, and a raw client that sees every byte. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import {
  type Answer,
  type http,
  type PipeReader,
  Process,
  Runtime,
  type RuntimeOptions,
  TcpNetwork,
} from '../../../libprocess/index.ts';

export interface Page {
  readonly streaming?: boolean;
  readonly serve: (request: http.Request) => Answer<http.Response>;
}

/** An actor whose routes are functions of the test. */
export class Site extends Process {
  constructor(private readonly pages: Readonly<Record<string, Page | Page['serve']>>) {
    super('site');
  }

  protected override initialize(): void {
    for (const [path, page] of Object.entries(this.pages)) {
      const { serve, streaming = false } = typeof page === 'function' ? { serve: page } : page;
      this.route(path, { streaming }, serve);
    }
  }
}

/** A runtime on a free port, stopped with the test. */
export async function startRuntime(options: RuntimeOptions = {}): Promise<Runtime> {
  const runtime = await Runtime.start({ ...options, network: new TcpNetwork() });
  onTestFinished(() => runtime.stop());
  return runtime;
}

/** A runtime that serves `pages` below `/site`. */
export async function startSite(pages: Readonly<Record<string, Page | Page['serve']>>): Promise<Runtime> {
  const runtime = await startRuntime();
  runtime.spawn(new Site(pages));
  return runtime;
}

export function request(method: string, path: string, rest: Partial<http.Request> = {}): http.Request {
  return { method, path, search: '', headers: {}, body: new Uint8Array(0), reader: null, peer: null, ...rest };
}

/** The body's reader, which requests and answers that crossed a network have. */
export function readerOf({ reader }: { readonly reader: PipeReader | null }): PipeReader {
  if (reader === null) throw new Error('there is no reader');
  return reader;
}

export async function textOf(response: http.Response): Promise<string> {
  return Buffer.from(await readerOf(response).readAll()).toString();
}

/** A socket that keeps all that it received. */
export class RawClient {
  received = '';
  #closed = false;

  private constructor(readonly socket: Socket) {
    socket.setEncoding('latin1');
    socket.setMaxListeners(0); // One that waits for much waits many times.
    socket.on('data', (text: string) => {
      this.received += text;
    });
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      this.#closed = true;
    });
  }

  static async to(runtime: Runtime): Promise<RawClient> {
    const socket = connect(runtime.address.port, runtime.address.ip);
    await once(socket, 'connect');
    const client = new RawClient(socket);
    onTestFinished(() => void socket.destroy());
    return client;
  }

  send(data: string | Uint8Array): this {
    this.socket.write(data);
    return this;
  }

  /** All that came, once it matches; the test's own time limit bounds it. */
  async until(pattern: RegExp): Promise<string> {
    while (!pattern.test(this.received)) {
      if (this.#closed) throw new Error(`closed before ${pattern} came: ${JSON.stringify(this.received)}`);
      await Promise.race([once(this.socket, 'data'), once(this.socket, 'close')]);
    }
    return this.received;
  }

  /** All that came until the other side closed. */
  async end(): Promise<string> {
    if (!this.#closed) await once(this.socket, 'close');
    return this.received;
  }
}

/** A GET without more. */
export function get(path: string, ...headers: string[]): string {
  return `${[`GET ${path} HTTP/1.1`, 'Host: test', ...headers].join('\r\n')}\r\n\r\n`;
}
