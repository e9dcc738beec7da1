/**
 * The WebSocket of a node, `/__debugger__/stream`: orders out, answers and reports in (libprocess/trace/protocol.ts).
 */
import type { IncomingMessage } from 'node:http';
import { WebSocket } from 'ws';
import { Failure } from '../../../libprocess/index.ts';
import type { Order, Report } from '../../../libprocess/trace.ts';

const CONNECT_MAX_MS = 10_000;
const ANSWER_MAX_MS = 15_000;
const PORT_DEFAULT = 5_050;
const SENTENCE_MAX = 1_000;

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Failure) => void;
  readonly timer: NodeJS.Timeout;
}

export class Connection {
  readonly #waiting = new Map<number, Waiting>();
  readonly #listeners = new Set<(report: Report) => void>();
  #last = 0;

  private constructor(
    private readonly socket: WebSocket,
    /** What the user calls the node. */
    readonly authority: string,
  ) {
    socket.on('message', data => this.#heard(JSON.parse(String(data)) as Report));
    socket.on('close', () => this.#lost());
  }

  /** @throws Failure CONNECT, with what to do about it. */
  static async open(address: string, headers: Readonly<Record<string, string>>): Promise<Connection> {
    const { authority, url } = streamOf(address);
    const socket = new WebSocket(url, { headers, handshakeTimeout: CONNECT_MAX_MS });
    const connection = new Connection(socket, authority);
    await new Promise<void>((resolve, reject) => {
      socket.on('open', resolve);
      socket.on('error', error => reject(unreachable(authority, error)));
      socket.on('unexpected-response', (_request, response: IncomingMessage) => {
        void textOf(response).then(text => reject(refused(authority, response.statusCode ?? 0, text)));
      });
    });
    return connection;
  }

  /** Calls `listener` with each report that answers no order. */
  onReport(listener: (report: Report) => void): void {
    this.#listeners.add(listener);
  }

  onClose(listener: () => void): void {
    this.socket.on('close', listener);
  }

  /** What a node answers; without `node` that at the other end. @throws Failure REFUSED, with what the node says. */
  ask(order: Order, node?: string): Promise<unknown> {
    this.#last += 1;
    const number = this.#last;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(number);
        reject(new Failure(`${node ?? this.authority} does not answer`, 'SILENT'));
      }, ANSWER_MAX_MS);
      this.#waiting.set(number, { resolve, reject, timer });
      this.socket.send(JSON.stringify({ ...(node === undefined ? {} : { node }), number, ...order }));
    });
  }

  close(): void {
    this.socket.close();
  }

  #heard(report: Report): void {
    if (!('answer' in report)) {
      for (const listener of this.#listeners) listener(report);
      return;
    }
    const waiting = this.#waiting.get(report.answer);
    if (waiting === undefined) return;
    this.#waiting.delete(report.answer);
    clearTimeout(waiting.timer);
    if ('error' in report) waiting.reject(new Failure(`${report.node}: ${report.error}`, 'REFUSED'));
    else waiting.resolve(report.value);
  }

  #lost(): void {
    for (const { reject, timer } of this.#waiting.values()) {
      clearTimeout(timer);
      reject(new Failure(`the connection to ${this.authority} was lost`, 'CONNECT'));
    }
    this.#waiting.clear();
  }
}

/** `5050`, `host`, `host:port`, `http://host:port/…` and `master@host:port` are all addresses. @throws Failure BAD_ADDRESS. */
export function streamOf(address: string): { readonly authority: string; readonly url: string } {
  const [, scheme, rest = ''] = /^(?:(\w+):\/\/)?(?:[^@/]+@)?([^/?#]*)/.exec(address) ?? [];
  const host = /^\d+$/.test(rest) ? `127.0.0.1:${rest}` : /:\d+$/.test(rest) ? rest : `${rest}:${PORT_DEFAULT}`;
  const secure = scheme === 'https' || scheme === 'wss';
  const url = `${secure ? 'wss' : 'ws'}://${host}/__debugger__/stream`;
  if (rest === '' || !URL.canParse(url)) {
    throw new Failure(`'${address}' is no address: want host:port, such as 127.0.0.1:5050`, 'BAD_ADDRESS');
  }
  return { authority: host, url };
}

function unreachable(authority: string, error: NodeJS.ErrnoException): Failure {
  const reason =
    error.code === 'ECONNREFUSED'
      ? `nothing listens at ${authority}: is the node running, and is this its address?`
      : `cannot reach ${authority}: ${error.message}`;
  return new Failure(reason, 'CONNECT', { cause: error });
}

/** Each refusal, with what to do about it. */
function refused(authority: string, status: number, text: string): Failure {
  const said = text.trim();
  const advice: Readonly<Record<number, string>> = {
    401: 'it wants to know who asks: --principal=NAME --secret-file=FILE',
    404: 'it has no debugger: it was started with --debugger=off, or is no node of this kind',
    426: 'something between here and there does not pass WebSockets on',
  };
  return new Failure(`${authority} refuses (${status}): ${advice[status] ?? said}`, 'CONNECT');
}

async function textOf(response: IncomingMessage): Promise<string> {
  let text = '';
  for await (const piece of response) {
    text += String(piece);
    if (text.length > SENTENCE_MAX) break;
  }
  return text.slice(0, SENTENCE_MAX);
}
