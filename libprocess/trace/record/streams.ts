/**
 * Streams of bytes across the border of a recorded runtime. What the runtime reads or writes are pipes of our own, which
 * move with the batches alone: how fast the world is must not show in them.
 */
import type { Failure } from '../../failure.ts';
import type { Future } from '../../future.ts';
import { PIPE_BYTES_HIGH } from '../../http/body-pipe.ts';
import { Pipe, type PipeReader, type PipeWriter } from '../../http/pipe.ts';
import { type PackedError, packError, unpackError } from './asked.ts';
import type { Tape } from './tape.ts';

/** Streams into the runtime. Whoever opens one says so in an input, with its number: 0 is none. */
export class Inlets {
  readonly #writers = new Map<number, PipeWriter>();
  readonly #worlds = new Map<number, PipeReader>();
  #count = 0;

  constructor(private readonly tape: Tape) {
    tape.on('piece', (number, [bytes]) => this.#write(number, bytes as Uint8Array));
    tape.on('end', number => this.#end(number, null));
    tape.on('broke', (number, [why]) => this.#end(number, why as PackedError));
  }

  /** The number of a stream that will bring what `world` has. */
  number(world: PipeReader | null): number {
    if (world === null) return 0;
    this.#count += 1;
    this.#worlds.set(this.#count, world);
    return this.#count;
  }

  /** What the runtime reads of stream `number`. */
  open(number: number): PipeReader | null {
    if (number === 0) return null;
    const { reader, writer } = new Pipe();
    this.#writers.set(number, writer);
    const world = this.#worlds.get(number);
    this.#worlds.delete(number);
    writer.readerClosed().onReady(() => {
      this.tape.output('stop reading');
      if (this.#writers.delete(number)) world?.close(writer.refusal);
    });
    if (world !== undefined) this.#pump(number, world, writer);
    return reader;
  }

  #pump(number: number, world: PipeReader, writer: PipeWriter): void {
    const piece = world.read();
    piece.onReady(bytes => {
      if (bytes.length === 0) this.tape.enter(['end', number]);
      else {
        this.tape.enter(['piece', number, bytes], () => {
          this.#write(number, bytes);
          if (writer.buffered < PIPE_BYTES_HIGH) this.#pump(number, world, writer);
          else writer.drained().onReady(() => this.#pump(number, world, writer));
        });
      }
    });
    piece.onFailed(error => this.tape.enter(['broke', number, packError(error)]));
  }

  /** One that the runtime has closed meanwhile takes nothing. */
  #write(number: number, bytes: Uint8Array): boolean {
    this.#writers.get(number)?.write(bytes);
    return true;
  }

  #end(number: number, why: PackedError | null): boolean {
    const writer = this.#writers.get(number);
    this.#writers.delete(number);
    if (why === null) writer?.close();
    else writer?.fail(unpackError(why));
    return true;
  }
}

/** Streams out of the runtime, numbered as they begin. */
export class Outlets {
  readonly #open = new Map<number, Outlet>();
  #count = 0;

  constructor(private readonly tape: Tape) {
    tape.on('pause', number => this.#with(number, outlet => outlet.pause()));
    tape.on('resume', number => this.#with(number, outlet => outlet.resume()));
    tape.on('left', (number, [why]) => this.#with(number, outlet => outlet.leave(why as PackedError | null)));
  }

  /** Passes what `reader` has on to `world`, which is null in a replay. */
  open(what: string, reader: PipeReader, world: PipeWriter | null): void {
    this.#count += 1;
    const number = this.#count;
    const outlet = new Outlet(this.tape, what, number, reader, world, () => this.#open.delete(number));
    this.#open.set(number, outlet);
    outlet.resume();
  }

  /** One that has ended meanwhile needs no telling. */
  #with(number: number, call: (outlet: Outlet) => void): boolean {
    const outlet = this.#open.get(number);
    if (outlet !== undefined) call(outlet);
    return number <= this.#count;
  }
}

class Outlet {
  #paused = true;
  #reading = false;
  #toldToPause = false;

  constructor(
    private readonly tape: Tape,
    private readonly what: string,
    private readonly number: number,
    private readonly reader: PipeReader,
    private readonly world: PipeWriter | null,
    private readonly ended: () => void,
  ) {
    world?.readerClosed().onReady(() => {
      if (this.world?.refusal !== null) tape.enter(['left', number, packError(this.world?.refusal)]);
    });
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    if (!this.#reading) this.#pump();
  }

  leave(why: PackedError | null): void {
    this.ended();
    this.reader.close(why === null ? null : (unpackError(why) as Failure));
  }

  #pump(): void {
    while (!this.#paused) {
      const piece = this.reader.read();
      if (!piece.isPending) {
        if (!this.#pass(piece)) return;
        continue;
      }
      this.#reading = true;
      piece.onAny(done => {
        this.#reading = false;
        if (this.#pass(done)) this.#pump();
      });
      return;
    }
  }

  /** True while there may be more. */
  #pass(piece: Future<Uint8Array>): boolean {
    if (piece.state === 'ready' && piece.value.length > 0) {
      this.tape.output(`${this.what}: a piece`, piece.value);
      this.#write(piece.value);
      return true;
    }
    this.tape.output(`${this.what}: ${piece.state === 'ready' ? 'the end' : 'broken off'}`);
    if (piece.state === 'ready') this.world?.close();
    else this.world?.fail(piece.error);
    this.ended();
    return false;
  }

  #write(bytes: Uint8Array): void {
    const { world } = this;
    if (world === null) return;
    world.write(bytes);
    if (this.#toldToPause || world.buffered < PIPE_BYTES_HIGH) return;
    this.#toldToPause = true;
    this.tape.enter(['pause', this.number]);
    world.drained().onReady(() => {
      this.#toldToPause = false;
      this.tape.enter(['resume', this.number]);
    });
  }
}
