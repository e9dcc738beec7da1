/** The other process of the TCP benchmarks: a sink and an echo as actors, and the same as bare sockets. */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { Process, Runtime, TcpNetwork } from '../../libprocess/index.ts';
import { Ball, Data, FrameCounter, Got, type PeerAddresses } from './peer-protocol.ts';

class Sink extends Process {
  #seen = 0;

  constructor() {
    super('sink');
  }

  protected override initialize(): void {
    this.install(Data, (_body, from) => {
      this.#seen += 1;
      if (this.#seen % FrameCounter.EVERY === 0) this.send(from, Got, { count: FrameCounter.EVERY });
    });
  }
}

class Echo extends Process {
  constructor() {
    super('echo');
  }

  protected override initialize(): void {
    this.install(Ball, (ball, from) => this.send(from, Ball, ball));
  }
}

async function serve(take: (socket: Socket) => void): Promise<number> {
  const server = createServer({ noDelay: true }, take).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

const runtime = await Runtime.start({ network: new TcpNetwork() });
const addresses: PeerAddresses = {
  sink: String(runtime.spawn(new Sink()).pid),
  echo: String(runtime.spawn(new Echo()).pid),
  rawSink: await serve(socket => {
    const counter = new FrameCounter();
    socket.on('data', piece => {
      const due = counter.take(piece);
      if (due > 0) socket.write(Buffer.alloc(due));
    });
  }),
  rawEcho: await serve(socket => socket.pipe(socket)),
};
console.log(JSON.stringify(addresses));
