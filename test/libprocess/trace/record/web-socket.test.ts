import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
import type { WebSocketConnection } from '../../../../libprocess/http/websocket.ts';
import { Process } from '../../../../libprocess/process.ts';
import type { Runtime } from '../../../../libprocess/runtime.ts';
import { TcpNetwork } from '../../../../libprocess/transport/tcp.ts';
import { recordReal, replay, until } from './small.ts';

class Chat extends Process {
  readonly seen: string[] = [];

  constructor() {
    super('chat');
  }

  protected override initialize(): void {
    this.webSocket('/talk', {}, this.#open);
  }

  #open(socket: WebSocketConnection): void {
    this.seen.push('open');
    socket.onMessage(text => {
      this.seen.push(`${text} with ${socket.buffered} waiting`);
      socket.send(text.toUpperCase());
    });
    socket.closed.onReady(({ code }) => this.seen.push(`closed ${code}`));
  }
}

test('what is said over WebSockets is replayed', async () => {
  const chats: Chat[] = [];
  const boot = (runtime: Runtime): void => {
    chats.push(new Chat());
    runtime.spawn(chats.at(-1) as Chat);
  };
  const live = await recordReal(boot, { network: new TcpNetwork() });
  const client = new WebSocket(`ws://${live.runtime.address}/chat/talk`);
  const heard: string[] = [];
  client.on('open', () => client.send('hello'));
  client.on('message', data => {
    heard.push(String(data));
    if (heard.length === 1) client.send('again');
    else client.close(1000);
  });
  await until(() => chats[0]?.seen.at(-1) === 'closed 1000');
  const { differences } = await replay(await live.end(), boot);
  expect(differences).toEqual([]);
  expect(heard).toEqual(['HELLO', 'AGAIN']);
  expect(chats[0]?.seen).toEqual(['open', 'hello with 0 waiting', 'again with 0 waiting', 'closed 1000']);
  expect(chats[1]?.seen).toEqual(chats[0]?.seen);
});
