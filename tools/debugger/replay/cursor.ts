/** Where somebody stands in the steps of a replay, and the ways to go from there. Pure. */
import type { Step } from '../../../libprocess/index.ts';

export class Cursor {
  /** The index of the present step; -1 before the first. */
  index = -1;

  constructor(readonly steps: readonly Step[]) {}

  get step(): Step | undefined {
    return this.steps[this.index];
  }

  /** True when it moved. */
  move(by: number): boolean {
    return this.#to(this.index + by);
  }

  /** @param number - from 1; beyond either end it is that end. */
  go(number: number): boolean {
    return this.#to(Math.min(Math.max(number, 1), this.steps.length) - 1);
  }

  /** To the next step whose name has `text` in it, from the start again when there is none behind this one. */
  find(text: string): boolean {
    const wanted = text.toLowerCase();
    for (let ahead = 1; ahead <= this.steps.length; ahead++) {
      const index = (this.index + ahead) % this.steps.length;
      if (this.steps[index]?.name.toLowerCase().includes(wanted) === true) return this.#to(index);
    }
    return false;
  }

  #to(index: number): boolean {
    if (index < 0 || index >= this.steps.length || index === this.index) return false;
    this.index = index;
    return true;
  }
}
