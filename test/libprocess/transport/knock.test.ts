/** Knocking at real ports. */
import { createServer } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { knock } from '../../../libprocess/transport/knock.ts';

let server = createServer();
let authority = '';
beforeEach(async () => {
  server = createServer(socket => socket.on('error', () => socket.destroy()));
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
  const bound = server.address();
  authority = `127.0.0.1:${typeof bound === 'object' && bound !== null ? bound.port : 0}`;
});
afterEach(() => {
  server.close();
});

test('somebody who takes connections is there', async () => {
  await expect(knock(authority).then()).resolves.toBeUndefined();
});

test('where nobody listens it fails', async () => {
  await new Promise(done => server.close(done));
  await expect(knock(authority).then()).rejects.toMatchObject({ code: 'CONNECT' });
});

test('a knock can be given up', () => {
  const knocked = knock(authority);
  knocked.discard();
  expect(knocked.state).toBe('discarded');
});
