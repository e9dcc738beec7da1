/**
 * A peer that speaks the original's form alone: a C++ libprocess, or a program made for one. What we send there are
 * HTTP requests on a raw socket; nobody waits for their answers.
 *
 *                linked ──▶ one connection, kept however silent; it breaks ──▶ exited, forgotten
 *   send, link ──┤
 *                not ─────▶ a connection for the moment, shut down once all has left
 *
 * The way back is not ours: such a peer opens a connection of its own to send to us.
 *
 * Source: libprocess socket_manager.cpp (`link`, `send`, `next`), contract of `RemoteConnection`.
 */
import type { Socket } from 'node:net';
import { toProtobuf } from '../codec/protobuf.ts';
import type { Envelope } from '../envelope.ts';
import { Failure } from '../failure.ts';

import type { MessageType } from '../message.ts';
import type { Address } from '../pid.ts';
import { encodeMessage } from './http-form.ts';
import { OUTBOUND_BYTES_MAX } from './outlet.ts';
import type { PeerWorld, Remote } from './remote.ts';

export class OriginalPeer implements Remote {
  readonly addresses: Set<Address>;
  #socket: Socket | null = null;

  /** @param watched - some actor here linked to one there. */
  constructor(
    readonly address: Address,
    private readonly world: PeerWorld,
    public watched: boolean,
  ) {
    this.addresses = new Set([address]);
  }

  carry({ type, to, from, body, reply }: Envelope): void {
    const { body: schema } = type as MessageType<unknown, unknown>;
    if (reply === null) this.send(encodeMessage(from, to, type.name, toProtobuf(schema, body)));
    else reply.fail(new Failure(`${this.address} takes messages alone: no question can be asked there`, 'NOT_NATIVE'));
  }

  /** Sends a whole request. */
  send(request: Buffer): void {
    this.#socket ??= this.#open();
    const socket = this.#socket;
    socket.write(request, () => this.#wrote(socket));
    if (socket.writableLength <= OUTBOUND_BYTES_MAX) return;
    const why = `more than ${OUTBOUND_BYTES_MAX} bytes wait for ${this.address}`;
    this.world.reports.report('libprocess/overflows', this.address.text, why);
    this.#broke(socket, why);
  }

  /** Holds a connection; `reconnect` replaces it without a word to anybody. */
  link(mode: 'reuse' | 'reconnect'): void {
    this.watched = true;
    if (mode === 'reconnect') this.#give(this.#socket);
    this.#socket ??= this.#open();
  }

  /** It would not understand. A silent connection is never closed by us. */
  ping(): void {}

  async finish(): Promise<void> {
    const socket = this.#socket;
    if (socket !== null) await new Promise<void>(done => socket.end(done).once('close', done));
  }

  close(): void {
    this.#give(this.#socket);
  }

  #open(): Socket {
    const socket = this.world.dialler.connect(this.address);
    socket.resume(); // What it answers is read and dropped.
    socket.on('error', error => this.#broke(socket, error.message));
    socket.on('end', () => this.#broke(socket, 'the peer closed the connection'));
    socket.on('close', () => this.#broke(socket, 'the connection broke'));
    return socket;
  }

  /** A connection that nobody linked to ends with what was to be sent. */
  #wrote(socket: Socket): void {
    if (this.watched || this.#socket !== socket || socket.writableLength > 0) return;
    this.#socket = null;
    socket.end();
  }

  /** Lets a connection go that is ours no more. */
  #give(socket: Socket | null): void {
    this.#socket = null;
    socket?.destroy();
  }

  #broke(socket: Socket, why: string): void {
    socket.destroy();
    if (this.#socket !== socket) return;
    this.#socket = null;
    this.world.forget(this);
    this.world.reports.report('libprocess/unreachable_peers', this.address.text, `${this.address}: ${why}`);
    for (const address of this.addresses) this.world.host.disconnected(address);
  }
}
