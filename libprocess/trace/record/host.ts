/**
 * What the world does to a recorded or replayed runtime by the network: messages and requests that come, connections that
 * break, what the network counts.
 */
import type { Clock } from '../../clock.ts';
import { decode, encode } from '../../codec/native.ts';
import { type Future, Promised } from '../../future.ts';
import type { Headers, Request, Response } from '../../http/http.ts';
import { NO_BODY } from '../../http/incoming-body.ts';
import { type MessageType, messageNamed } from '../../message.ts';
import { Metrics } from '../../metrics/metrics.ts';
import { Address, PID } from '../../pid.ts';
import { systemRandom } from '../../random.ts';
import type { NetworkHost } from '../../transport/network.ts';
import { contentOf } from './content.ts';
import type { Border } from './seams.ts';
import { Served } from './served.ts';

type AnyMessage = MessageType<unknown, unknown>;

/** A request as it stands in a recording. `body` is the number of a stream, -1 for a body that is not there. */
type PackedRequest = readonly [
  method: string,
  path: string,
  search: string,
  headers: Headers,
  whole: Uint8Array,
  stream: number,
  peer: string | null,
  canSwitch: boolean | undefined,
];

/** What a tracer is told of a message: whence, how many bytes, and its id there. */
type Trail = readonly [origin: string | null, bytes: number, id: number];

/** The stream of a request that has no body. */
const WITHOUT = -1;

export class TapedHost {
  readonly #owed = new Map<number, Promised<unknown>>();
  readonly #served: Served;
  #asks = 0;
  #requests = 0;

  constructor(
    private readonly border: Border,
    private readonly host: NetworkHost,
  ) {
    const { tape } = border;
    this.#served = new Served(border);
    tape.on('message', (number, values) => this.#unpackMessage(number, values));
    tape.on('unasked', number => this.#unasked(number));
    tape.on('serve', (number, values) => this.#serve(number, values as never, null));
    tape.on('disconnected', (_, [address]) => this.#disconnected(Address.parse(address as string)));
    tape.on('count', (by, [name]) => this.#count(name as string, by));
  }

  /** What the world's network is given for a host; `clock` and chance are the machine's. */
  outside(clock: Clock): NetworkHost {
    const { border, host } = this;
    return {
      get address() {
        return host.address;
      },
      get tracer() {
        return host.tracer;
      },
      incarnation: host.incarnation,
      clock,
      random: systemRandom,
      log: host.log,
      metrics: new Counts(clock, (name, by) => border.tape.enter(['count', by, name])),
      receive: (type, to, from, body, reply, origin = null, bytes = -1, id = 0) => {
        this.#enterMessage(type, to, from, body, reply, [origin, bytes, id]);
        return to.mailbox !== null;
      },
      serve: request => this.#enterRequest(request),
      disconnected: address => border.tape.enter(['disconnected', 0, address.text]),
    };
  }

  #enterMessage(
    type: AnyMessage,
    to: PID,
    from: PID,
    body: unknown,
    reply: Promised<unknown> | null,
    trail: Trail,
  ): void {
    const { tape } = this.border;
    if (reply !== null) this.#asks += 1;
    const number = reply === null ? 0 : this.#asks;
    const packed = encode(type.body, body);
    tape.enter(['message', number, type.name, String(to), String(from), packed, ...trail], () => {
      this.host.receive(type, to, from, body, this.#owe(number, type, reply), ...trail);
    });
    reply?.onDiscard(() => tape.enter(['unasked', number]));
  }

  #unpackMessage(number: number, [name, to, from, packed, ...trail]: readonly unknown[]): boolean {
    const type = messageNamed(name as string);
    if (type === undefined) return false;
    const body = decode(type.body, packed as Uint8Array);
    const reply = this.#owe(number, type, null);
    this.host.receive(type, pidOf(to), pidOf(from), body, reply, ...(trail as unknown as Trail));
    return true;
  }

  /** The reply that the runtime gives, on its way to `world`. */
  #owe(number: number, type: AnyMessage, world: Promised<unknown> | null): Promised<unknown> | null {
    if (number === 0) return null;
    const ours = new Promised<unknown>();
    this.#owed.set(number, ours);
    ours.onAny(done => {
      this.#owed.delete(number);
      const content = done.state === 'ready' ? contentOf([done.value]) : String(done);
      this.border.tape.output(`answer to ${type.name}: ${done.state}`, content);
    });
    world?.associate(ours);
    return ours;
  }

  #unasked(number: number): boolean {
    this.#owed.get(number)?.discard();
    return true; // It may have been answered meanwhile.
  }

  #enterRequest(request: Request): Future<Response> {
    const { method, path, search, headers, body, reader, peer, canSwitch } = request;
    this.#requests += 1;
    const number = this.#requests;
    const stream = reader === NO_BODY ? WITHOUT : this.border.inlets.number(reader);
    const packed: PackedRequest = [method, path, search, headers, body, stream, peer, canSwitch];
    const response = new Promised<Response>();
    this.border.tape.enter(['serve', number, ...packed], () => void this.#serve(number, packed, response));
    response.onDiscard(() => this.border.tape.enter(['gone', number]));
    return response;
  }

  #serve(number: number, packed: PackedRequest, world: Promised<Response> | null): boolean {
    const [method, path, search, headers, body, stream, peer, canSwitch] = packed;
    const reader = stream === WITHOUT ? NO_BODY : this.border.inlets.open(stream);
    const request = { method, path, search, headers, body, reader, peer };
    const response = this.host.serve(canSwitch === undefined ? request : { ...request, canSwitch });
    this.#served.pass(number, `${method} ${path}`, response, world);
    return true;
  }

  #disconnected(address: Address): boolean {
    this.host.disconnected(address);
    return true;
  }

  #count(name: string, by: number): boolean {
    this.host.metrics.count(name, by);
    return true;
  }
}

function pidOf(text: unknown): PID {
  return text === String(PID.none) ? PID.none : PID.parse(text as string);
}

/** What the network counts comes in as all else does. */
class Counts extends Metrics {
  constructor(
    clock: Clock,
    private readonly enter: (name: string, by: number) => void,
  ) {
    super(clock);
  }

  override count(name: string, by = 1): void {
    this.enter(name, by);
  }
}
