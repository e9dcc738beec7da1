/**
 * POSTs to a route of an actor, beside the same to node:http: over kept connections, one at a time and 50 at once. The
 * client is the least there can be, a socket with a finished request, so that the servers are what differs.
 */
import type { Socket } from 'node:net';
import { connected } from './connected.ts';
import { type Case, type Effort, paced } from './measure.ts';
import { HTTP_ANSWER, HTTP_PATH, PAYLOAD, type PeerAddresses } from './peer-protocol.ts';

const REQUEST = Buffer.concat([
  Buffer.from(`POST ${HTTP_PATH} HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${PAYLOAD.length}\r\n\r\n`),
  PAYLOAD,
]);

export function httpCases(group: string, peer: PeerAddresses, effort: Effort): Case[] {
  return [1, 50].map(connections => ({
    group,
    name: `HTTP POST, ${connections === 1 ? 'one after another' : `${connections} at once`}`,
    unit: '/s',
    ours: paced(count => posts(peer.http, count, connections), effort),
    limit: { name: 'node:http', run: paced(count => posts(peer.rawHttp, count, connections), effort) },
    target: { ofLimit: 0.85 },
  }));
}

/** `count` requests over `connections` connections, the next on each when the last is answered. */
async function posts(port: number, count: number, connections: number): Promise<void> {
  const each = Math.ceil(count / connections);
  const sockets = await Promise.all(Array.from({ length: connections }, () => connected(port)));
  await Promise.all(sockets.map(socket => postsOver(socket, each)));
  for (const socket of sockets) socket.destroy();
}

function postsOver(socket: Socket, count: number): Promise<void> {
  return new Promise((done, failed) => {
    let answered = 0;
    let rest = '';
    socket.once('error', failed);
    socket.on('data', piece => {
      rest += piece.toString('latin1');
      if (!rest.endsWith(HTTP_ANSWER)) return;
      if (!rest.startsWith('HTTP/1.1 200')) failed(new Error(`the server answered ${rest}`));
      rest = '';
      answered += 1;
      if (answered === count) done();
      else socket.write(REQUEST);
    });
    socket.write(REQUEST);
  });
}
