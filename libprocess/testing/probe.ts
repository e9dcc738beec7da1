/** Probes: actors that note what they get, and say what a test tells them to. */
import type { BodyOf, MessageType } from '../message.ts';
import type { PID } from '../pid.ts';
import { Process } from '../process.ts';

/** An actor that notes the messages it gets. */
export class Probe extends Process {
  readonly #received: { readonly type: unknown; readonly body: unknown; readonly from: PID }[] = [];

  constructor(
    name: string,
    private readonly types: readonly MessageType<unknown, unknown>[],
  ) {
    super(name);
  }

  received<M extends MessageType<unknown, unknown>>(type: M): BodyOf<M>[] {
    return this.#received.filter(entry => entry.type === type).map(entry => entry.body as BodyOf<M>);
  }

  /** Sends as a turn of the probe. */
  say<B>(to: PID, type: MessageType<B>, body: B): void {
    this.defer(this.#say<B>)(to, type, body);
  }

  #say<B>(to: PID, type: MessageType<B>, body: B): void {
    this.send(to, type, body);
  }

  protected override initialize(): void {
    for (const type of this.types) {
      this.install(type, (body, from) => {
        this.#received.push({ type, body, from });
      });
    }
  }
}
