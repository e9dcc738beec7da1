/** Other runtimes, whichever form they speak, and what all that talk to them share. */
import { BROKEN } from '../codec/unpacker.ts';
import type { Envelope } from '../envelope.ts';
import { MALFORMED } from '../failure.ts';
import type { Address } from '../pid.ts';
import type { Dialler } from './dialler.ts';
import type { Hello } from './handshake.ts';
import { ADDRESS_MISMATCH, type LinkTerms, OVERFLOW, TRUNCATED, UNAUTHENTICATED } from './link.ts';
import type { NetworkHost } from './network.ts';
import type { Reports } from './reports.ts';

/** Another runtime, whichever form it speaks. */
export interface Remote {
  readonly address: Address;
  /** What it is known by: where it was dialled, and what it calls itself. */
  readonly addresses: Set<Address>;
  /** Some actor here linked to one there. */
  readonly watched: boolean;
  carry(envelope: Envelope): void;
  /** Holds a connection; `reconnect` replaces the one there is. */
  link(mode: 'reuse' | 'reconnect'): void;
  /** Makes sure that it is still there, where somebody watches. */
  ping(): void;
  /** Ready once all that was sent has left, or turned out not to. */
  finish(): Promise<void>;
  /** Everything ends; nobody is told but those who asked. */
  close(): void;
}

/** What the peers of one runtime share. */
export interface PeerWorld {
  readonly host: NetworkHost;
  readonly us: Hello;
  readonly reports: Reports;
  readonly dialler: Dialler;
  /** What all peers must know; null lets in everybody. */
  readonly secret: Uint8Array | null;
  /** What a new link is held to, with what we say of ourselves. */
  terms(): LinkTerms;
  /** `peer` calls itself `address`, which is not what it was dialled by. */
  alias(address: Address, peer: Remote): void;
  /** The peer broke: it is forgotten, under all its addresses. */
  forget(peer: Remote): void;
  /** The peer speaks the original's form alone: what waits for it, and all that follows, goes there so. */
  original(peer: Remote, waiting: readonly Buffer[]): void;
}

/** What is counted of links that were closed for a reason. */
export const METRICS: Readonly<Record<string, string>> = {
  [MALFORMED]: 'libprocess/malformed_frames',
  [BROKEN]: 'libprocess/malformed_frames',
  BAD_PID: 'libprocess/malformed_frames',
  BAD_ADDRESS: 'libprocess/malformed_frames',
  [UNAUTHENTICATED]: 'libprocess/authentication_failures',
  [ADDRESS_MISMATCH]: 'libprocess/address_mismatches',
  [OVERFLOW]: 'libprocess/overflows',
  [TRUNCATED]: 'libprocess/truncated_frames',
};
