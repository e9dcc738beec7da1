/**
 * The peers of one runtime, by address, and the links that have not said yet whose they are.
 *
 * Every half minute the links that somebody watches are pinged: a peer whose machine lost its power closes nothing.
 */
import type { Socket } from 'node:net';
import type { Timer } from '../clock.ts';
import { Failure, MALFORMED } from '../failure.ts';
import type { Address } from '../pid.ts';
import type { Dialler } from './dialler.ts';
import type { Hello } from './handshake.ts';
import { Link, type LinkOwner, type LinkTerms } from './link.ts';
import type { NetworkHost } from './network.ts';
import { OriginalPeer } from './original-peer.ts';
import { Peer } from './peer.ts';
import { METRICS, type PeerWorld, type Remote } from './remote.ts';
import type { Reports } from './reports.ts';
import { nonceFrom } from './secret.ts';

export const PING_INTERVAL_MS = 30_000;
/** From the upgrade to the hello of a peer that dialled us. */
export const HELLO_TIMEOUT_MS = 10_000;
/** How long a runtime that stops waits for its last messages to leave. */
const LINGER_MS = 1_000;

/** What all links are held to, but for what differs from one to the next. */
export type PeerSettings = Omit<LinkTerms, 'us'>;

export class Peers implements PeerWorld {
  readonly secret: Uint8Array | null;
  readonly #peers = new Map<Address, Remote>();
  #pings: Timer | null = null;

  constructor(
    readonly host: NetworkHost,
    readonly dialler: Dialler,
    readonly reports: Reports,
    private readonly settings: PeerSettings,
  ) {
    this.secret = settings.secret;
  }

  /** Our own address is known only once the port is bound. */
  get us(): Hello {
    return { address: this.host.address, incarnation: this.host.incarnation, nonce: null };
  }

  /** What the peers that there are now call themselves, or were dialled by. */
  get addresses(): readonly Address[] {
    return [...this.#peers.keys()];
  }

  terms(): LinkTerms {
    const us = this.secret === null ? this.us : { ...this.us, nonce: nonceFrom(this.host.random) };
    return { us, ...this.settings };
  }

  of(address: Address): Remote {
    return this.#peers.get(address) ?? this.#add(address, new Peer(address, this));
  }

  /** The peer at `address`, which has just shown that it speaks the native form. */
  native(address: Address): Peer {
    const known = this.#peers.get(address);
    if (known instanceof Peer) return known;
    known?.close();
    return this.#add(address, new Peer(address, this, known?.watched ?? false));
  }

  original(peer: Remote, waiting: readonly Buffer[]): void {
    this.forget(peer);
    const original = this.#add(peer.address, new OriginalPeer(peer.address, this, peer.watched));
    for (const request of waiting) original.send(request);
    if (original.watched) original.link('reuse');
  }

  #add<P extends Remote>(address: Address, peer: P): P {
    this.#peers.set(address, peer);
    this.#pings ??= this.host.clock.timer(PING_INTERVAL_MS, () => this.#ping());
    return peer;
  }

  /** Takes a connection that has been upgraded; whose it is, its hello will tell. */
  accept(socket: Socket, head: Buffer): void {
    const late = new Failure(`no hello within ${HELLO_TIMEOUT_MS} ms`, MALFORMED);
    const link = new Link(socket, false, this.terms(), new Lobby(this, socket.remoteAddress ?? 'unknown'));
    const timer = this.host.clock.timer(HELLO_TIMEOUT_MS, () => link.isOpen || link.destroy(late));
    socket.once('close', () => timer.cancel());
    link.start(head);
  }

  alias(address: Address, peer: Remote): void {
    if (this.#peers.has(address)) return;
    this.#peers.set(address, peer);
    peer.addresses.add(address);
  }

  forget(peer: Remote): void {
    for (const address of peer.addresses) if (this.#peers.get(address) === peer) this.#peers.delete(address);
  }

  /** Sends what waits, as far as it leaves soon, and ends all links. */
  async close(): Promise<void> {
    this.#pings?.cancel();
    const peers = [...new Set(this.#peers.values())];
    await this.#soon(Promise.all(peers.map(peer => peer.finish())));
    for (const peer of peers) peer.close();
    this.#peers.clear();
  }

  /** Ready with `work`, or once it takes too long. */
  #soon(work: Promise<unknown>): Promise<void> {
    return new Promise((done, failed) => {
      const timer = this.host.clock.timer(LINGER_MS, done);
      work.then(() => {
        timer.cancel();
        done();
      }, failed);
    });
  }

  #ping(): void {
    for (const peer of new Set(this.#peers.values())) peer.ping();
    this.#pings = this.#peers.size === 0 ? null : this.host.clock.timer(PING_INTERVAL_MS, () => this.#ping());
  }
}

/** Where links wait for their hello. */
class Lobby implements LinkOwner {
  constructor(
    private readonly peers: Peers,
    private readonly ip: string,
  ) {}

  /** A link to ourselves, dialled by another of our names, is a peer of its own. */
  opened(link: Link, hello: Hello): void {
    const { peers } = this;
    const peer = hello.address === peers.us.address ? new Peer(hello.address, peers) : peers.native(hello.address);
    peer.opened(link, hello);
  }

  /** Nothing comes before the hello, after which the link has another owner. */
  message(): void {}
  answered(): void {}
  failed(): void {}
  discarded(): void {}

  closed(_link: Link, { code, message }: Failure): void {
    const fallback = code === 'DISCONNECTED' ? 'libprocess/unfinished_handshakes' : 'libprocess/malformed_frames';
    const metric = METRICS[code] ?? fallback;
    this.peers.reports.report(metric, this.ip, `a link from ${this.ip} was refused: ${message}`);
  }
}
