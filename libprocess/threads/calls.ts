/** Questions between the two sides of a thread themselves, beside those of actors: metrics, principals. In JSON. */
import { Failure } from '../failure.ts';
import { Future, Promised } from '../future.ts';
import { type Fields, FRAME } from './frames.ts';

/** Answers what the other side asks, by the question's name. What is returned must be what JSON can say. */
export type Answers = Readonly<Record<string, (argument: never) => unknown>>;

export class Calls {
  readonly #open = new Map<number, Promised<unknown>>();
  #last = 0;
  #ended: Failure | null = null;

  constructor(
    private readonly send: (kind: number, fields: Fields) => void,
    private readonly answers: Answers,
  ) {}

  call(what: string, argument: unknown): Future<unknown> {
    if (this.#ended !== null) return Future.failed(this.#ended);
    const answer = new Promised<unknown>();
    this.#last += 1;
    this.#open.set(this.#last, answer);
    this.send(FRAME.call, [this.#last, what, JSON.stringify(argument)]);
    return answer;
  }

  takeCall([number, what, argument]: Fields): void {
    const answer = this.answers[what as string];
    if (answer === undefined) throw new Error(`a call of '${String(what)}', which nobody answers`);
    const given = new Promised<unknown>();
    given.become(() => answer(JSON.parse(argument as string) as never), undefined);
    given.onAny(({ state, error }) => {
      if (state === 'ready') this.send(FRAME.result, [number, true, JSON.stringify(given.value ?? null)]);
      else this.send(FRAME.result, [number, false, error instanceof Error ? error.message : state]);
    });
  }

  takeResult([number, ready, text]: Fields): void {
    const answer = this.#open.get(number as number);
    this.#open.delete(number as number);
    if (ready === true) answer?.set(JSON.parse(text as string));
    else answer?.fail(new Failure(text as string, 'FAILED'));
  }

  end(why: Failure): void {
    this.#ended = why;
    for (const answer of this.#open.values()) answer.fail(why);
    this.#open.clear();
  }
}
