/** The other process of the TCP benchmarks: a sink, an echo and a route as actors, and the same on bare sockets. */
import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { http, Process, Runtime, TcpNetwork } from '../../libprocess/index.ts';
import { Awake, Ball, FrameCounter, HTTP_ANSWER, type PeerAddresses } from './peer-protocol.ts';
import { spin } from './spin.ts';
import { Sink } from './windowed.ts';

/** Throws balls back, stays awake when asked to, and answers POSTs. */
class Echo extends Process {
  #sleep: (() => void) | null = null;

  protected override initialize(): void {
    this.install(Ball, (ball, from) => this.send(from, Ball, ball));
    this.install(Awake, ({ awake }) => {
      this.#sleep?.();
      this.#sleep = awake ? spin() : null;
    });
    this.route('/post', {}, () => http.ok(HTTP_ANSWER, { 'content-type': 'application/json' }));
  }
}

async function portOf(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

function serve(take: (socket: Socket) => void): Promise<number> {
  return portOf(createServer({ noDelay: true }, take));
}

/** Reads a request's whole body before it answers, as a route does. */
function servePosts(): Promise<number> {
  const server = createHttpServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on('data', piece => pieces.push(piece));
    request.on('end', () => {
      Buffer.concat(pieces);
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': HTTP_ANSWER.length });
      response.end(HTTP_ANSWER);
    });
  });
  server.keepAliveTimeout = 0;
  return portOf(server);
}

const runtime = await Runtime.start({ network: new TcpNetwork() });
const addresses: PeerAddresses = {
  sink: String(runtime.spawn(new Sink('sink')).pid),
  echo: String(runtime.spawn(new Echo('echo')).pid),
  http: runtime.address.port,
  rawSink: await serve(socket => {
    const counter = new FrameCounter();
    socket.on('data', piece => {
      const due = counter.take(piece);
      if (due > 0) socket.write(Buffer.alloc(due));
    });
  }),
  rawEcho: await serve(socket => socket.pipe(socket)),
  rawSpinningEcho: await serve(socket => {
    socket.pipe(socket);
    socket.once('close', spin());
  }),
  rawHttp: await servePosts(),
};
console.log(JSON.stringify(addresses));
