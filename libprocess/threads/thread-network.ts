/**
 * The network of a runtime in a thread. Messages and links go by the main thread, which has the port; HTTP requests leave
 * from here.
 */
import type { Envelope } from '../envelope.ts';
import type { Future } from '../future.ts';
import { HttpClient } from '../http/client.ts';
import type { Request, Response } from '../http/http.ts';
import type { Address } from '../pid.ts';
import { knock } from '../transport/knock.ts';
import type { Network } from '../transport/network.ts';
import { tlsFrom } from '../transport/tls.ts';
import { FRAME } from './frames.ts';
import type { MainThread } from './main-thread.ts';

export class ThreadNetwork implements Network {
  readonly #client = new HttpClient(tlsFrom(process.env));

  constructor(private readonly main: MainThread) {}

  /** The main thread listens. */
  async listen(): Promise<Address> {
    return this.main.address;
  }

  carry(envelope: Envelope): void {
    this.main.channel.carry(envelope);
  }

  link(address: Address, mode: 'reuse' | 'reconnect'): void {
    this.main.channel.send(FRAME.watch, [address.text, mode]);
  }

  request(authority: string, request: Request): Future<Response> {
    return this.#client.request(authority, request);
  }

  connect(authority: string): Future<void> {
    return knock(authority);
  }

  async close(): Promise<void> {
    await this.#client.close();
    this.main.close();
  }
}
