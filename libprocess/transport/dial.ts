/**
 * Dialling: a TCP connection to a peer, upgraded from HTTP to a native link.
 *
 *   connect ──▶ GET / Upgrade: libprocess ──┬── 101 ──▶ done
 *                                           └── anything else: the peer is none of ours
 */
import { request } from 'node:http';
import type { Socket } from 'node:net';
import { Failure } from '../failure.ts';
import type { Address } from '../pid.ts';
import type { Dialler } from './dialler.ts';
import { UPGRADE } from './handshake.ts';

export interface Dialled {
  /** The connection is there; `head` is what came behind the upgrade. */
  connected(socket: Socket, head: Buffer): void;
  /** CONNECT when there is no way to the peer, NOT_NATIVE when it does not speak our form. */
  failed(why: Failure): void;
}

/** Dials `address`; one of the methods of `to` is called, once. @returns what gives up; nothing is called then. */
export function dial(address: Address, dialler: Dialler, to: Dialled): () => void {
  let giveUp = attempt();
  return () => giveUp();

  function attempt(): () => void {
    return upgrade(address, dialler.connect(address), {
      connected: to.connected,
      failed: why => {
        if (why.code === 'CONNECT' && dialler.failed(address)) giveUp = attempt();
        else to.failed(why);
      },
    });
  }
}

function upgrade(address: Address, connection: Socket, to: Dialled): () => void {
  let done = false;
  const once = (act: () => void): void => {
    if (done) return;
    done = true;
    act();
  };
  const ask = request({
    host: address.ip,
    port: address.port,
    headers: { Connection: 'Upgrade', Upgrade: UPGRADE },
    createConnection: () => connection,
  });
  ask.on('upgrade', (_response, socket, head) => {
    if (done) socket.destroy();
    else once(() => to.connected(socket as Socket, head));
  });
  ask.on('response', response => {
    ask.destroy();
    const why = `${address} does not take native links (it answered ${response.statusCode})`;
    once(() => to.failed(new Failure(why, 'NOT_NATIVE')));
  });
  ask.on('error', error =>
    once(() => to.failed(new Failure(`cannot connect to ${address}: ${error.message}`, 'CONNECT', { cause: error }))),
  );
  ask.end();
  return () =>
    once(() => {
      ask.on('error', () => undefined); // Destroying it is reported as an error, which nobody needs.
      ask.destroy();
    });
}
