/**
 * Message types: the values that name what one actor may say to another.
 *
 *   StatusUpdateMessage = message('mesos.internal.StatusUpdateMessage', { update: req(1, StatusUpdate), pid: opt(2, string) })
 *   Promise_            = request('mesos.internal.log.PromiseRequest', { proposal: req(1, uint64) }, PromiseResponse)
 *
 * A message type can be imported, grepped, filtered, dropped in a test and replayed; its name is what is on the wire.
 *
 * Source: libprocess' ProtobufProcess::install and Protocol<Req, Res>.
 */
import { type Body, type Fields, type Schema, type Struct, struct } from './schema.ts';

/** A kind of message: its name on the wire, what its body looks like, and its answer's if it has one. */
export interface MessageType<out B, out Reply = void> {
  readonly name: string;
  readonly body: Struct<B>;
  /** What the answer looks like; null when none is expected. */
  readonly reply: Schema<Reply> | null;
}

/** A message: one way, at most once. */
export function message<const F extends Fields>(name: string, fields: F): MessageType<Body<F>>;
export function message<T>(name: string, body: Struct<T>): MessageType<T>;
export function message(name: string, body: Fields | Struct<unknown>): MessageType<unknown> {
  return declare({ name, body: bodyOf(name, body), reply: null });
}

/** A question: its answer is of the schema `reply`, or a Failure. */
export function request<const F extends Fields, R>(name: string, fields: F, reply: Schema<R>): MessageType<Body<F>, R>;
export function request<T, R>(name: string, body: Struct<T>, reply: Schema<R>): MessageType<T, R>;
export function request<R>(name: string, body: Fields | Struct<unknown>, reply: Schema<R>): MessageType<unknown, R> {
  return declare({ name, body: bodyOf(name, body), reply });
}

const declared = new Map<string, MessageType<unknown, unknown>>();

/** The message that is called `name`, if this process knows it: what comes over a wire is found by its name. */
export function messageNamed(name: string): MessageType<unknown, unknown> | undefined {
  return declared.get(name);
}

/** All messages of this process, in the order of declaration. */
export function messages(): Iterable<MessageType<unknown, unknown>> {
  return declared.values();
}

/** @throws Error for a second message of one name. */
function declare<B, R>(type: MessageType<B, R>): MessageType<B, R> {
  if (declared.has(type.name)) throw new Error(`the message ${type.name} is declared twice`);
  declared.set(type.name, type);
  return type;
}

function bodyOf(name: string, body: Fields | Struct<unknown>): Struct<unknown> {
  return isStruct(body) ? body : struct(name, body);
}

/** Fields are a record of fields: none is a string, so `kind` can only be a struct's. */
function isStruct(body: Fields | Struct<unknown>): body is Struct<unknown> {
  return body.kind === 'struct';
}

/** The TypeScript type of a message's body. */
export type BodyOf<M> = M extends MessageType<infer B, unknown> ? B : never;
/** The TypeScript type of the answer to a question; `void` for a message that has none. */
export type ReplyOf<M> = M extends MessageType<unknown, infer R> ? R : never;

/** The messages one role accepts, by name. */
export type Protocol = { readonly [name: string]: MessageType<unknown, unknown> };
