/**
 * Reading, writing and joining pipes, whatever stands behind them: a descriptor, a child process, an HTTP body, or
 * nothing but memory in a simulation.
 *
 *   const all = await this.turn(io.read(child.out));                  // to the end
 *   const some = await this.turn(io.read(child.out, 4_096));          // what is there, at most so much
 *   await this.turn(io.redirect(child.out, io.output(fd), { hooks: [piece => this.#count(piece)] }));
 *
 * All of them can be discarded: what was not read yet stays for the next one, unless said otherwise.
 *
 * Source: libprocess io.hpp (`poll`, `read`, `write`, `redirect`, `peek`).
 */
import { Failure } from '../failure.ts';
import { Future, Promised } from '../future.ts';
import type { PipeReader } from '../http/pipe.ts';
import { PipeWriter } from '../http/pipe.ts';
import { Break, Continue, loop } from '../loop.ts';

export { input, output } from './descriptors.ts';

/** How much `read` takes to the end of a pipe, unless it is told otherwise. */
const READ_BYTES_MAX = 64 * 1024 * 1024;
/** The longest piece that `redirect` passes on at once, unless it is told otherwise. */
const CHUNK_BYTES = 64 * 1024;

const EMPTY = new Uint8Array(0);

/** In which pieces bytes are passed on, and who sees them on the way. */
export interface RedirectOptions {
  /** The longest piece that is passed on at once. By default 64 KiB. */
  readonly chunkBytes?: number | undefined;
  /** Shown each piece before it is passed on; what they throw fails the redirection. */
  readonly hooks?: readonly ((piece: Uint8Array) => void)[] | undefined;
}

/**
 * Ready when `end` can be read or written without waiting, its end and its failure included: those who then read or
 * write hear of it. Takes nothing.
 */
export function poll(end: PipeReader | PipeWriter): Future<void> {
  if (end instanceof PipeWriter) return discardable(end.drained());
  return end
    .peek()
    .repair(() => EMPTY)
    .then(() => undefined);
}

/**
 * Without `bytesMax` all that comes until the end: BODY_TOO_LARGE beyond 64 MiB, and `from` is then closed; a discard
 * closes it, too. With it what is there, at least one byte and at most `bytesMax`; empty at the end.
 *
 * Fails as `from` does.
 */
export function read(from: PipeReader, bytesMax?: number): Future<Uint8Array> {
  if (bytesMax === undefined) return from.readAll(READ_BYTES_MAX);
  if (!(bytesMax >= 1)) throw new RangeError(`cannot read ${bytesMax} bytes`);
  // Another reader may have taken what this one was shown.
  return loop(
    () => from.peek(),
    piece => {
      const taken = piece.length === 0 ? piece : from.take(bytesMax);
      return taken === null ? Continue() : Break(taken);
    },
  );
}

/** The first bytes of what comes next, at least one and at most `bytesMax`, which stay to be read; empty at the end. */
export function peek(from: PipeReader, bytesMax: number): Future<Uint8Array> {
  return from.peek().then(piece => piece.subarray(0, bytesMax));
}

/**
 * Ready once `data` was taken by the other side, which for a descriptor may still hold it for a moment.
 *
 * Fails with why the other side closed (`ENOSPC`, `EPIPE`…), or PIPE_CLOSED. `data` must not change until then.
 */
export function write(to: PipeWriter, data: Uint8Array | string): Future<void> {
  if (!to.write(data)) return Future.failed(to.refusal ?? new Failure('the pipe is closed', 'PIPE_CLOSED'));
  return discardable(to.drained()).then(() => {
    const why = to.refusal;
    if (why !== null) throw why;
  });
}

/**
 * Passes on what comes out of `from` until its end, no faster than `to` takes it; to nowhere when that is null. `to`
 * stays open: others may write to it, too.
 *
 * Fails as `from` or `to` does, or with what a hook throws. Failed or discarded, it closes both, and with them the
 * descriptors behind them.
 */
export function redirect(
  from: PipeReader,
  to: PipeWriter | null,
  { chunkBytes = CHUNK_BYTES, hooks = [] }: RedirectOptions = {},
): Future<void> {
  const passed = loop(
    () => read(from, chunkBytes),
    piece => {
      if (piece.length === 0) return Break();
      for (const hook of hooks) hook(piece);
      return to === null ? Continue() : write(to, piece).then(() => Continue());
    },
  );
  passed.onAny(({ state }) => state === 'ready' || closeBoth(from, to));
  return passed;
}

/** The outcome of `future`, which others wait for, too: a discard gives up this waiting alone. */
function discardable<T>(future: Future<T>): Future<T> {
  const waiting = new Promised<T>();
  future.onReady(value => waiting.set(value));
  waiting.onDiscard(() => waiting.discarded());
  return waiting;
}

function closeBoth(from: PipeReader, to: PipeWriter | null): void {
  from.close();
  to?.close();
}
