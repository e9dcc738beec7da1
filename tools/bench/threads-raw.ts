/** Bare threads, for comparison: objects posted one by one, acknowledged by the thousand, and thrown back. */
import { MessageChannel, Worker } from 'node:worker_threads';
import { STEP, WINDOW } from './threads-protocol.ts';

/** A sink in JavaScript: it counts what is posted to its parent port, and to a port that it is given. */
const SINK = `
  const { parentPort } = require('node:worker_threads');
  let got = 0;
  const take = (port, message) => {
    if (message.ball !== undefined) port.postMessage(message);
    else if (message.port !== undefined) message.port.on('message', each => take(message.port, each));
    else if (++got % ${STEP} === 0) port.postMessage(${STEP});
  };
  parentPort.on('message', message => take(parentPort, message));
`;

/** A source in JavaScript: for each order it sends so many to the port that it was given first. */
const SOURCE = `
  const { parentPort } = require('node:worker_threads');
  let port = null, left = 0, unsaid = 0, payload = '';
  const go = () => {
    for (; left > 0 && unsaid < ${WINDOW}; left--, unsaid++) port.postMessage({ n: left, payload });
    if (left === 0 && unsaid === 0) parentPort.postMessage('done');
  };
  parentPort.on('message', message => {
    if (message.port !== undefined) {
      port = message.port;
      port.on('message', count => { unsaid -= count; go(); });
    } else {
      ({ count: left, payload } = message);
      go();
    }
  });
`;

export class RawThreads {
  readonly #sink = new Worker(SINK, { eval: true });
  readonly #source = new Worker(SOURCE, { eval: true });

  constructor() {
    const { port1, port2 } = new MessageChannel();
    this.#sink.postMessage({ port: port1 }, [port1]);
    this.#source.postMessage({ port: port2 }, [port2]);
  }

  /** From this thread to the sink. */
  send(count: number, payload: string): Promise<void> {
    let [left, unsaid] = [count, 0];
    return new Promise(done => {
      const go = (): void => {
        for (; left > 0 && unsaid < WINDOW; left--, unsaid++) this.#sink.postMessage({ n: left, payload });
        if (left > 0 || unsaid > 0) return;
        this.#sink.off('message', take);
        done();
      };
      const take = (got: number): void => {
        unsaid -= got;
        go();
      };
      this.#sink.on('message', take);
      go();
    });
  }

  /** From the source to the sink. */
  sendBetween(count: number, payload: string): Promise<void> {
    return new Promise(done => {
      this.#source.once('message', () => done());
      this.#source.postMessage({ count, payload });
    });
  }

  /** Balls to the sink and back, `outstanding` at a time. */
  throw(count: number, outstanding: number): Promise<void> {
    let [thrown, back] = [0, 0];
    return new Promise(done => {
      const next = (): void => {
        back += 1;
        if (back === count) {
          this.#sink.off('message', next);
          done();
        } else if (thrown < count) this.#sink.postMessage({ ball: thrown++ });
      };
      this.#sink.on('message', next);
      while (thrown < Math.min(count, outstanding)) this.#sink.postMessage({ ball: thrown++ });
    });
  }

  async end(): Promise<void> {
    await Promise.all([this.#sink.terminate(), this.#source.terminate()]);
  }
}
