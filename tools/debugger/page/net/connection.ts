/**
 * The WebSocket to the node that served the page.
 *
 *   connecting ──open──▶ open ──close──▶ waiting ──after a while──▶ connecting
 *
 * Commands are numbered, and each gets its answer or fails.
 */
import type { Command, Order, Report } from '../../../../libprocess/trace.ts';

const RETRY_MIN_MS = 500;
const RETRY_MAX_MS = 10_000;
const ANSWER_MAX_MS = 15_000;

export type ConnectionState = 'connecting' | 'open' | 'waiting' | 'closed';

export interface ConnectionEvents {
  onReport(report: Report): void;
  onState(state: ConnectionState): void;
}

interface Waiting {
  resolve(value: unknown): void;
  reject(error: Error): void;
  readonly timer: number;
}

export class Connection {
  #socket: WebSocket | null = null;
  #number = 0;
  #retryMs = RETRY_MIN_MS;
  #closed = false;
  readonly #waiting = new Map<number, Waiting>();

  constructor(
    private readonly url: string,
    private readonly events: ConnectionEvents,
  ) {}

  open(): void {
    this.#closed = false;
    this.events.onState('connecting');
    const socket = new WebSocket(this.url);
    this.#socket = socket;
    socket.onopen = () => {
      this.#retryMs = RETRY_MIN_MS;
      // Its address is not known yet: its hello tells.
      this.#send({ do: 'watch', actors: true });
      this.events.onState('open');
    };
    socket.onmessage = ({ data }) => this.#heard(JSON.parse(String(data)) as Report);
    socket.onclose = () => this.#lost();
  }

  close(): void {
    this.#closed = true;
    this.#socket?.close();
  }

  /** Sends a command that nobody waits for. */
  tell(node: string, order: Order): void {
    this.#send({ node, ...order });
  }

  /** @returns what the node answers. */
  ask(node: string, order: Order): Promise<unknown> {
    const number = ++this.#number;
    return new Promise((resolve, reject) => {
      const timer = window.setTimeout(() => this.#settle(number)?.reject(new Error('no answer')), ANSWER_MAX_MS);
      this.#waiting.set(number, { resolve, reject, timer });
      if (!this.#send({ node, number, ...order })) this.#settle(number)?.reject(new Error('not connected'));
    });
  }

  #send(command: Command): boolean {
    if (this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(JSON.stringify(command));
    return true;
  }

  #heard(report: Report): void {
    if (!('answer' in report)) this.events.onReport(report);
    else if ('error' in report) this.#settle(report.answer)?.reject(new Error(report.error));
    else this.#settle(report.answer)?.resolve(report.value);
  }

  #settle(number: number): Waiting | undefined {
    const waiting = this.#waiting.get(number);
    this.#waiting.delete(number);
    if (waiting !== undefined) window.clearTimeout(waiting.timer);
    return waiting;
  }

  #lost(): void {
    for (const number of [...this.#waiting.keys()]) this.#settle(number)?.reject(new Error('the connection was lost'));
    this.events.onState(this.#closed ? 'closed' : 'waiting');
    if (this.#closed) return;
    window.setTimeout(() => this.open(), this.#retryMs);
    this.#retryMs = Math.min(this.#retryMs * 2, RETRY_MAX_MS);
  }
}
