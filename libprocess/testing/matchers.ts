/**
 * Which events a test means: messages, dispatches, HTTP requests, exits. Whatever is left open matches anything.
 *
 *   messages(Register, { to: master })      dispatches(agent, 'run')       exits({ of: slave })
 *   requests({ method: 'POST', path: '/master/api/v1' })
 *
 * Source: libprocess gmock.hpp (`MessageMatcher`, `DispatchMatcher`, `ExitedMatcher`), its `_` for "any".
 */
import type { Envelope } from '../envelope.ts';
import type { Request } from '../http/http.ts';
import type { BodyOf, MessageType } from '../message.ts';
import { PID } from '../pid.ts';

/** An actor: by its address, by a Ref to it, or by its id at whatever address. */
export type Who = PID | string | { readonly pid: PID };

/** Nobody named means anybody. */
export interface Ends {
  readonly from?: Who | undefined;
  readonly to?: Who | undefined;
}

export interface Matcher<B> {
  /** For people. */
  readonly what: string;
  readonly matches: (envelope: Envelope) => boolean;
  /** Only there for its type: what the body of a matching event is. */
  readonly body?: B | undefined;
}

/** An event that was about to be served. */
export interface Event<B> {
  readonly from: PID;
  readonly to: PID;
  readonly body: B;
}

/** Messages of `type`; null for those of any. In place of FUTURE_MESSAGE's and FUTURE_PROTOBUF's arguments. */
export function messages<M extends MessageType<unknown, unknown>>(type: M | null, ends: Ends = {}): Matcher<BodyOf<M>> {
  const matches = (envelope: Envelope): boolean =>
    envelope.kind === 'message' && (type === null || envelope.type.name === type.name) && isBetween(envelope, ends);
  return { what: `messages ${type?.name ?? ''}`.trimEnd(), matches };
}

type ArgumentsOf<F> = F extends (...args: infer A) => unknown ? A : never;

/**
 * Calls of a method by a Ref, or steps that an actor defers or delays to itself (`'#retry'`); the body is the list of
 * arguments. In place of FUTURE_DISPATCH's.
 *
 * @param to - null for any actor.
 */
export function dispatches<R extends { readonly pid: PID }, K extends Exclude<keyof R, 'pid'> & string>(
  to: R,
  method: K,
): Matcher<ArgumentsOf<R[K]>>;
export function dispatches(to: Who | null, method: string): Matcher<readonly unknown[]>;
export function dispatches(to: Who | null, method: string): Matcher<readonly unknown[]> {
  const matches = ({ kind, type: { name }, to: receiver }: Envelope): boolean => {
    if (kind !== 'dispatch' && kind !== 'timer') return false;
    return (name === method || name.endsWith(`.${method}`)) && isWho(receiver, to ?? undefined);
  };
  return { what: `dispatches of ${method}`, matches };
}

/** `exited` events: the end of `of`, as `to` hears of it. In place of FUTURE_EXITED's. */
export function exits({ of, to }: { readonly of?: Who | undefined; readonly to?: Who | undefined } = {}): Matcher<PID> {
  const matches = (envelope: Envelope): boolean => envelope.kind === 'exited' && isBetween(envelope, { from: of, to });
  return { what: 'exits', matches };
}

export interface RequestEnds {
  readonly to?: Who | undefined;
  readonly method?: string | undefined;
  /** A text must be the whole path. */
  readonly path?: string | RegExp | undefined;
}

/** HTTP requests, past authentication and with their body. In place of FUTURE_HTTP_REQUEST's. */
export function requests({ to, method, path }: RequestEnds = {}): Matcher<Request> {
  const matches = (envelope: Envelope): boolean => {
    if (envelope.kind !== 'http' || !isWho(envelope.to, to)) return false;
    const request = envelope.body as Request;
    if (method !== undefined && request.method !== method) return false;
    return path === undefined || (typeof path === 'string' ? request.path === path : path.test(request.path));
  };
  return { what: `requests ${method ?? ''} ${path ?? ''}`.trimEnd(), matches };
}

/** Whatever `matches` says, terminations too. In place of a `Filter` of one's own. */
export function events(what: string, matches: (envelope: Envelope) => boolean): Matcher<unknown> {
  return { what, matches };
}

function isBetween({ from, to }: Envelope, ends: Ends): boolean {
  return isWho(from, ends.from) && isWho(to, ends.to);
}

function isWho(pid: PID, who: Who | undefined): boolean {
  if (who === undefined) return true;
  if (typeof who === 'string') return pid.id === who;
  return pid === (who instanceof PID ? who : who.pid);
}
