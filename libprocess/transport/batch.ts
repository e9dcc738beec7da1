/** Frames that leave together. Those that lie one behind the other in memory, as most do, are one piece. */
export class Batch {
  /** What has been added and not taken. */
  bytes = 0;
  #pieces: Buffer[] = [];
  /** The piece that grows: from `#start` to `#end` of `#memory`. */
  #memory: ArrayBufferLike | null = null;
  #start = 0;
  #end = 0;

  add(frame: Buffer): void {
    this.bytes += frame.length;
    if (frame.buffer === this.#memory && frame.byteOffset === this.#end) {
      this.#end += frame.length;
      return;
    }
    this.#cut();
    this.#memory = frame.buffer;
    this.#start = frame.byteOffset;
    this.#end = frame.byteOffset + frame.length;
  }

  /** All that was added, in order. */
  take(): readonly Buffer[] {
    this.#cut();
    const pieces = this.#pieces;
    this.#pieces = [];
    this.bytes = 0;
    return pieces;
  }

  #cut(): void {
    if (this.#memory !== null) this.#pieces.push(Buffer.from(this.#memory, this.#start, this.#end - this.#start));
    this.#memory = null;
  }
}
