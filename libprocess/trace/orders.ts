/**
 * Orders as they come over a wire: whatever JSON a viewer sent, checked field by field. Pure.
 */
import { Failure } from '../failure.ts';
import type { Control } from './control.ts';
import type { Order, Rule } from './protocol.ts';

/** An order of which only its name is known to be a text. */
export type WireOrder = Readonly<Record<string, unknown>> & { readonly do: string };

type ControlOrder = Extract<
  Order['do'],
  'pause' | 'resume' | 'step' | 'kill' | 'rule' | 'unrule' | 'inject' | 'partition' | 'heal'
>;

type Obeyed = (control: Control, order: WireOrder) => void;

/** The orders that interfere; they need `--debugger=control`. */
export const COMMANDS: Readonly<Record<string, Obeyed>> = {
  pause: (control, order) => control.pause(textIn(order, 'actor')),
  resume: (control, order) => control.resume(textIn(order, 'actor')),
  step: (control, order) => control.step(textIn(order, 'actor')),
  kill: (control, order) => control.kill(textIn(order, 'actor')),
  rule: (control, order) => control.add(ruleIn(order)),
  unrule: (control, order) => control.remove(textIn(order, 'id')),
  inject: (control, order) =>
    control.inject(textIn(order, 'actor'), textIn(order, 'name'), order['body'] ?? {}, textIn(order, 'from', '')),
  partition: (control, order) => control.partition(textIn(order, 'peer'), true),
  heal: (control, order) => control.partition(textIn(order, 'peer'), false),
} satisfies Record<ControlOrder, Obeyed>;

/** @throws Failure BAD_ORDER for a text that is no order. */
export function parseOrder(json: string): WireOrder {
  const order = parseJson(json);
  if (!isRecord(order) || typeof order['do'] !== 'string') {
    throw new Failure("an order is a JSON object whose 'do' is a text", 'BAD_ORDER');
  }
  return order as WireOrder;
}

/** What the viewer calls this order, and expects an answer by; 0 where it expects none. */
export function numberOf({ number }: WireOrder): number {
  return typeof number === 'number' ? number : 0;
}

/** @throws Failure BAD_ORDER, naming the field. */
export function textIn(order: Readonly<Record<string, unknown>>, name: string, fallback?: string): string {
  const value = order[name] ?? fallback;
  if (typeof value !== 'string') throw new Failure(`an order needs '${name}', a text`, 'BAD_ORDER');
  return value;
}

/** @throws Failure BAD_ORDER, naming the field. */
export function countIn(order: Readonly<Record<string, unknown>>, name: string, fallback: number): number {
  const value = order[name] ?? fallback;
  if (!Number.isSafeInteger(value) || (value as number) < 0) {
    throw new Failure(`'${name}' of an order must be a whole number from 0`, 'BAD_ORDER');
  }
  return value as number;
}

const ACTIONS: readonly unknown[] = ['break', 'drop', 'delay', 'duplicate'] satisfies Rule['action'][];

function ruleIn(order: WireOrder): Rule {
  const { rule } = order;
  if (!isRecord(rule)) throw new Failure("an order needs 'rule', an object", 'BAD_ORDER');
  const { action, where = {} } = rule;
  if (!ACTIONS.includes(action)) throw new Failure(`a rule's 'action' is one of ${ACTIONS.join(', ')}`, 'BAD_ORDER');
  if (!isRecord(where) || Object.values(where).some(value => typeof value !== 'string')) {
    throw new Failure("a rule's 'where' gives a text for each path", 'BAD_ORDER');
  }
  return {
    id: textIn(rule, 'id'),
    action: action as Rule['action'],
    actor: textIn(rule, 'actor', ''),
    name: textIn(rule, 'name', ''),
    where: where as Record<string, string>,
    ms: countIn(rule, 'ms', 0),
    times: countIn(rule, 'times', 0),
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    throw new Failure('an order must be JSON', 'BAD_ORDER', { cause: error });
  }
}
