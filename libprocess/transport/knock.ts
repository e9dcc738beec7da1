/** Knocking: does anybody take TCP connections there? */
import { connect } from 'node:net';
import { Failure } from '../failure.ts';
import { type Future, Promised } from '../future.ts';
import { Address } from '../pid.ts';

/** Ready once a connection to `authority` came about; it is ended at once. Fails CONNECT; discarding it gives up. */
export function knock(authority: string): Future<void> {
  const opened = new Promised<void>();
  const { ip, port } = Address.parse(authority);
  const socket = connect({ host: ip.replace(/^\[(.*)\]$/, '$1'), port });
  socket.on('connect', () => {
    opened.set(undefined);
    socket.destroy();
  });
  socket.on('error', error => {
    opened.fail(new Failure(`cannot connect to ${authority}: ${error.message}`, 'CONNECT', { cause: error }));
  });
  opened.onDiscard(() => {
    opened.discarded();
    socket.destroy();
  });
  return opened;
}
