/**
 * What the server knows of one client's connection: its session, and who it has proved to be.
 *
 * Watches and identities belong to the connection, not to the session: they must be sent again after a reconnect.
 */
import type { Id } from '../protocol/permissions.ts';
import type { Session } from './sessions.ts';

export class Connection {
  readonly address: string;
  /** Null until the handshake, and after the end. */
  session: Session | null = null;
  identities: readonly Id[];

  /** @param address - the client's IP address: its first identity. */
  constructor(address: string) {
    this.address = address;
    this.identities = [{ scheme: 'ip', id: address }];
  }

  /** They add up, and cannot be taken back. */
  identify(added: readonly Id[]): void {
    const isNew = ({ scheme, id }: Id): boolean => {
      return !this.identities.some(known => known.scheme === scheme && known.id === id);
    };
    this.identities = [...this.identities, ...added.filter(isNew)];
  }
}
