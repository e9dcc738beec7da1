/** Answers to requests on their way to the clients of a recorded or replayed runtime, with streams and WebSockets. */
import type { Future, Promised } from '../../future.ts';
import type { Response } from '../../http/http.ts';
import { Pipe } from '../../http/pipe.ts';
import type { WebSocketAcceptance, WebSocketEnd, WebSocketWire } from '../../http/websocket.ts';
import { contentOf } from './content.ts';
import type { Border } from './seams.ts';

/** A WebSocket that is to be opened, or is open. */
interface Socket {
  readonly acceptance: WebSocketAcceptance;
  /** Null in a replay. */
  wire: WebSocketWire | null;
  end: WebSocketEnd | null;
}

export class Served {
  readonly #open = new Map<number, Future<Response>>();
  readonly #sockets = new Map<number, Socket>();

  constructor(private readonly border: Border) {
    const { tape } = border;
    tape.on('gone', number => this.#gone(number));
    tape.on('socket', number => this.#openSocket(number));
    tape.on('text', (number, [text]) => this.#toSocket(number, end => end.received(text as string)));
    tape.on('closed', (number, [code, reason]) => {
      const ended = this.#toSocket(number, end => end.ended({ code: code as number, reason: reason as string }));
      this.#sockets.delete(number);
      return ended;
    });
  }

  /** `response` goes on to `world`, which is null in a replay. */
  pass(number: number, what: string, response: Future<Response>, world: Promised<Response> | null): void {
    this.#open.set(number, response);
    response.onAny(done => {
      this.#open.delete(number);
      if (done.state === 'ready') {
        const passed = this.#passed(number, what, done.value, world !== null);
        world?.set(passed);
      } else {
        this.border.tape.output(`response to ${what}: ${done.state}`, String(done));
        if (done.state === 'failed') world?.fail(done.error);
        else world?.discarded();
      }
    });
  }

  #passed(number: number, what: string, response: Response, hasWorld: boolean): Response {
    const { tape, outlets } = this.border;
    const { status, headers, body, reader, file, webSocket } = response;
    tape.output(`response to ${what}: ${status}`, contentOf([headers, body, file]));
    if (webSocket !== undefined) return { ...response, webSocket: this.#accept(number, webSocket) };
    if (reader === null) return response;
    const pipe = new Pipe();
    outlets.open(`body of ${what}`, reader, hasWorld ? pipe.writer : null);
    return { ...response, reader: pipe.reader };
  }

  /** The client may have gone after its answer. */
  #gone(number: number): boolean {
    this.#open.get(number)?.discard();
    return true;
  }

  #accept(number: number, acceptance: WebSocketAcceptance): WebSocketAcceptance {
    const { tape } = this.border;
    const socket: Socket = { acceptance, wire: null, end: null };
    this.#sockets.set(number, socket);
    const open = (wire: WebSocketWire): WebSocketEnd => {
      socket.wire = wire;
      tape.enter(['socket', number]);
      return {
        received: text => tape.enter(['text', number, text]),
        ended: ({ code, reason }) => tape.enter(['closed', number, code, reason]),
      };
    };
    return { ...acceptance, open };
  }

  #openSocket(number: number): boolean {
    const socket = this.#sockets.get(number);
    if (socket === undefined) return false;
    socket.end = socket.acceptance.open(this.#wire(socket));
    return true;
  }

  #wire(socket: Socket): WebSocketWire {
    const { tape } = this.border;
    return {
      get buffered() {
        return tape.observe('buffered', () => socket.wire?.buffered ?? 0);
      },
      send: text => {
        tape.output('WebSocket text', text);
        socket.wire?.send(text);
      },
      pause: () => socket.wire?.pause(),
      resume: () => socket.wire?.resume(),
      close: (code, reason) => {
        tape.output(`WebSocket close ${code}`, reason);
        socket.wire?.close(code, reason);
      },
    };
  }

  #toSocket(number: number, call: (end: WebSocketEnd) => void): boolean {
    const end = this.#sockets.get(number)?.end;
    if (end == null) return false;
    call(end);
    return true;
  }
}
