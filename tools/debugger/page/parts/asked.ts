/**
 * What a node answers to a question that a component has: asked anew when the question changes.
 */
import { useEffect, useState } from 'preact/hooks';
import type { Order } from '../../../../libprocess/trace.ts';
import { ask } from '../state.ts';

export interface Answer {
  readonly value: unknown;
  readonly error: string;
  readonly done: boolean;
}

const NOTHING: Answer = { value: undefined, error: '', done: false };

/** @param again - another number asks again, and keeps the old answer until the new one is there. */
export function useAsked(node: string, order: Order | null, again = 0): Answer {
  const [answer, setAnswer] = useState<Answer>(NOTHING);
  const question = order === null ? '' : JSON.stringify([node, order]);
  useEffect(() => setAnswer(NOTHING), [question]);
  useEffect(() => {
    if (order === null) return;
    let wanted = true;
    ask(node, order).then(
      value => wanted && setAnswer({ value, error: '', done: true }),
      (error: Error) => wanted && setAnswer({ value: undefined, error: error.message, done: true }),
    );
    return () => {
      wanted = false;
    };
  }, [question, again]);
  return answer;
}
