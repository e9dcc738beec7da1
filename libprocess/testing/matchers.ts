/**
 * Which events a test means: messages, dispatches, HTTP requests, exits. Whatever is left open matches anything.
 *
 *   messages(Register, { to: master })      dispatches(agent, 'run')       exits({ of: slave })
 *   requests({ method: 'POST', path: '/master/api/v1' })
 *   calls(Call, { path: '/api/v1/scheduler', where: ({ type }) => type === 'SUBSCRIBE' })
 *
 * Source: libprocess gmock.hpp (`MessageMatcher`, `DispatchMatcher`, `ExitedMatcher`), its `_` for "any".
 */
import { fromJson } from '../codec/json.ts';
import { fromProtobuf } from '../codec/protobuf.ts';
import type { Envelope } from '../envelope.ts';
import { Failure } from '../failure.ts';
import type { Request } from '../http/http.ts';
import type { BodyOf, MessageType } from '../message.ts';
import { PID } from '../pid.ts';
import type { Struct } from '../schema.ts';

/** An actor: by its address, by a Ref to it, or by its id at whatever address. */
export type Who = PID | string | { readonly pid: PID };

/** Nobody named means anybody. */
export interface Ends<B = unknown> {
  readonly from?: Who | undefined;
  readonly to?: Who | undefined;
  /** What must be true of the body. */
  readonly where?: ((body: B) => boolean) | undefined;
}

/** Says which events are meant. */
export interface Matcher<B> {
  /** For people. */
  readonly what: string;
  readonly matches: (envelope: Envelope) => boolean;
  /** What the event's body is; that of the envelope, where absent. */
  readonly read?: ((envelope: Envelope) => B) | undefined;
}

/** An event that was about to be served. */
export interface Event<B> {
  readonly from: PID;
  readonly to: PID;
  readonly body: B;
}

/** Messages of `type`; null for those of any. In place of FUTURE_MESSAGE's and FUTURE_PROTOBUF's arguments. */
export function messages<M extends MessageType<unknown, unknown>>(
  type: M | null,
  ends: Ends<BodyOf<M>> = {},
): Matcher<BodyOf<M>> {
  const matches = (envelope: Envelope): boolean =>
    envelope.kind === 'message' &&
    (type === null || envelope.type.name === type.name) &&
    isBetween(envelope, ends) &&
    ends.where?.(envelope.body as BodyOf<M>) !== false;
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

/** Which requests; what is left open matches any. */
export interface RequestEnds {
  readonly to?: Who | undefined;
  readonly method?: string | undefined;
  /** A text must be the whole path. */
  readonly path?: string | RegExp | undefined;
  /** The media type, without its parameters. */
  readonly contentType?: string | undefined;
}

/** Which calls; what is left open matches any. */
export interface CallEnds<B> extends RequestEnds {
  /** What must be true of the call. */
  readonly where?: ((call: B) => boolean) | undefined;
}

/** HTTP requests, past authentication and with their body. In place of FUTURE_HTTP_REQUEST's. */
export function requests({ to, method, path, contentType }: RequestEnds = {}): Matcher<Request> {
  const matches = (envelope: Envelope): boolean => {
    if (envelope.kind !== 'http' || !isWho(envelope.to, to)) return false;
    const request = envelope.body as Request;
    if (method !== undefined && request.method !== method) return false;
    if (contentType !== undefined && mediaTypeOf(request) !== contentType) return false;
    return path === undefined || (typeof path === 'string' ? request.path === path : path.test(request.path));
  };
  return { what: `requests ${method ?? ''} ${path ?? ''}`.trimEnd(), matches };
}

/**
 * HTTP requests whose body is a `schema`, in JSON or protobuf; the event's body is the call. In place of
 * FUTURE_HTTP_CALL's and DROP_HTTP_CALLS' arguments.
 */
export function calls<B>(schema: Struct<B>, { where, ...ends }: CallEnds<B> = {}): Matcher<B> {
  const request = requests(ends);
  const matches = (envelope: Envelope): boolean => {
    if (!request.matches(envelope)) return false;
    const call = callIn(schema, envelope);
    return call !== null && where?.(call) !== false;
  };
  return { what: `calls ${schema.name}`, matches, read: envelope => readCall(schema, envelope) };
}

/** Null for a body that is no such call: that is the actor's to refuse. */
function callIn<B>(schema: Struct<B>, envelope: Envelope): B | null {
  try {
    return readCall(schema, envelope);
  } catch (error) {
    if (error instanceof Failure || error instanceof SyntaxError) return null;
    throw error;
  }
}

function readCall<B>(schema: Struct<B>, { body }: Envelope): B {
  const request = body as Request;
  if (mediaTypeOf(request) === 'application/x-protobuf') return fromProtobuf(schema, request.body);
  return fromJson(schema, JSON.parse(Buffer.from(request.body).toString('utf8')));
}

function mediaTypeOf({ headers }: Request): string {
  return (headers['content-type'] ?? '').split(';')[0]?.trim() ?? '';
}

/** Whatever `matches` says, terminations too. In place of a `Filter` of one's own. */
export function events(what: string, matches: (envelope: Envelope) => boolean): Matcher<unknown> {
  return { what, matches };
}

function isBetween({ from, to }: Envelope, ends: Pick<Ends, 'from' | 'to'>): boolean {
  return isWho(from, ends.from) && isWho(to, ends.to);
}

function isWho(pid: PID, who: Who | undefined): boolean {
  if (who === undefined) return true;
  if (typeof who === 'string') return pid.id === who;
  return pid === (who instanceof PID ? who : who.pid);
}
