/**
 * The file of a recording. It holds all that a program was told, secrets included: only its owner may read it.
 *
 *   FILE      this run        FILE.1    the run before       …     FILE.4    forgotten by the next
 *
 * A run can be replayed from its beginning only, so files take turns by whole runs, and never within one. A run that has
 * filled its file is recorded no further: what there is can be replayed.
 *
 * Records are written together while the one before is being written, so nothing waits for the disk. After a kill -9
 * the last few may be missing; a process that ends by itself writes them all.
 */
import { close, existsSync, openSync, renameSync, write, writeSync } from 'node:fs';
import { promisify } from 'node:util';
import { Failure } from '../../failure.ts';

/** What one run may take, unless somebody says otherwise. */
export const RECORDING_BYTES_MAX = 1024 ** 3;
/** Files of earlier runs that are kept. */
export const RUNS_KEPT = 4;

const OWNER_ONLY = 0o600;

export class RecordingFile {
  /** Why nothing more is written; null while something is. */
  ended: string | null = null;
  readonly #fd: number;
  /** Where in the file `#writing` begins. */
  #offset = 0;
  #writing: Buffer | null = null;
  #waiting: Buffer[] = [];
  #bytes = 0;
  #idle: (() => void) | null = null;

  /** @throws Failure RECORDING when the file cannot be made. */
  constructor(
    readonly path: string,
    private readonly bytesMax: number,
  ) {
    try {
      makeRoom(path);
      this.#fd = openSync(path, 'wx', OWNER_ONLY);
    } catch (error) {
      throw new Failure(`cannot record to ${path}: ${(error as Error).message}`, 'RECORDING', { cause: error });
    }
    process.on('exit', this.#writeRest);
  }

  /** False when the file is full or the disk refused: then nothing is written any more. */
  append(record: Buffer): boolean {
    if (this.ended !== null) return false;
    if (this.#bytes + record.length > this.bytesMax) {
      this.ended = `it has ${this.bytesMax} bytes`;
      return false;
    }
    this.#bytes += record.length;
    this.#waiting.push(record);
    if (this.#writing === null) this.#writeNext();
    return true;
  }

  /** Ready once all is with the system. */
  async close(): Promise<void> {
    this.ended ??= 'it was closed';
    if (this.#writing !== null) await new Promise<void>(done => (this.#idle = done));
    process.off('exit', this.#writeRest);
    await promisify(close)(this.#fd);
  }

  #writeNext(): void {
    if (this.#waiting.length === 0) {
      this.#idle?.();
      return;
    }
    this.#writing = this.#waiting.length === 1 ? (this.#waiting[0] ?? null) : Buffer.concat(this.#waiting);
    this.#waiting = [];
    this.#write(0);
  }

  #write(from: number): void {
    const bytes = this.#writing;
    if (bytes === null) return;
    write(this.#fd, bytes, from, bytes.length - from, this.#offset + from, (error, written) => {
      if (error !== null) {
        this.ended = error.message;
        this.#waiting = [];
      } else if (from + written < bytes.length) {
        this.#write(from + written);
        return;
      }
      this.#offset += bytes.length;
      this.#writing = null;
      this.#writeNext();
    });
  }

  /** What is under way once more: at its own place that changes nothing. */
  readonly #writeRest = (): void => {
    const rest = Buffer.concat([...(this.#writing === null ? [] : [this.#writing]), ...this.#waiting]);
    for (let at = 0; at < rest.length; ) at += writeSync(this.#fd, rest, at, rest.length - at, this.#offset + at);
  };
}

function makeRoom(path: string): void {
  if (!existsSync(path)) return;
  for (let run = RUNS_KEPT - 1; run >= 1; run--) {
    if (existsSync(`${path}.${run}`)) renameSync(`${path}.${run}`, `${path}.${run + 1}`);
  }
  renameSync(path, `${path}.1`);
}
