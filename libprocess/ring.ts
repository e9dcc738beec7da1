/** A queue on a ring that doubles when full: mailboxes and the run queue. It allocates nothing until first used. */
export class Ring<T> {
  #slots: (T | undefined)[] | null = null;
  #head = 0;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(item: T): void {
    let slots = this.#slots;
    if (slots === null) slots = this.#slots = new Array<T | undefined>(4);
    else if (this.#length === slots.length) slots = this.#grow(slots);
    slots[(this.#head + this.#length) & (slots.length - 1)] = item;
    this.#length += 1;
  }

  unshift(item: T): void {
    let slots = this.#slots;
    if (slots === null) slots = this.#slots = new Array<T | undefined>(4);
    else if (this.#length === slots.length) slots = this.#grow(slots);
    this.#head = (this.#head - 1) & (slots.length - 1);
    slots[this.#head] = item;
    this.#length += 1;
  }

  shift(): T | undefined {
    const slots = this.#slots;
    if (slots === null || this.#length === 0) return undefined;
    const item = slots[this.#head];
    slots[this.#head] = undefined;
    this.#head = (this.#head + 1) & (slots.length - 1);
    this.#length -= 1;
    return item;
  }

  clear(): void {
    this.#slots = null;
    this.#head = 0;
    this.#length = 0;
  }

  *[Symbol.iterator](): Iterator<T> {
    const slots = this.#slots;
    if (slots === null) return;
    for (let index = 0; index < this.#length; index++) yield slots[(this.#head + index) & (slots.length - 1)] as T;
  }

  #grow(slots: (T | undefined)[]): (T | undefined)[] {
    const { length } = slots;
    const grown = new Array<T | undefined>(length * 2);
    for (let index = 0; index < length; index++) grown[index] = slots[(this.#head + index) & (length - 1)];
    this.#slots = grown;
    this.#head = 0;
    return grown;
  }
}
