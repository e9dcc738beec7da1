/** Frames that leave together. Those that lie one behind the other in memory, as most do, are one piece. */
export interface Piece {
  readonly slab: Buffer;
  readonly start: number;
  readonly end: number;
}

export class Batch {
  /** What has been added and not taken. */
  bytes = 0;
  #pieces: Buffer[] = [];
  /** The piece that grows: from `#start` to `#end` of `#slab`. */
  #slab: Buffer | null = null;
  #start = 0;
  #end = 0;

  add({ slab, start, end }: Piece): void {
    this.bytes += end - start;
    if (slab !== this.#slab || start !== this.#end) {
      this.#cut();
      this.#slab = slab;
      this.#start = start;
    }
    this.#end = end;
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
    if (this.#slab !== null) this.#pieces.push(this.#slab.subarray(this.#start, this.#end));
    this.#slab = null;
  }
}
