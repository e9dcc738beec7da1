/**
 * The two forms in which the v1 APIs speak: JSON and protobuf, chosen by the headers Content-Type and Accept.
 *
 * Source: Mesos src/common/http.cpp (ContentType, serialize, deserialize), src/master/http.cpp.
 */
import {
  Failure,
  fromJson,
  fromProtobuf,
  http,
  type Request,
  type Response,
  type Struct,
  toJson,
  toProtobuf,
} from '../../libprocess/index.ts';
import { Event } from '../protocol/scheduler-api.ts';
import { parseJson } from './parse-json.ts';

export interface ContentType {
  readonly name: string;
  /** @throws Failure MALFORMED whose message is the body of a 400. */
  decode<T>(schema: Struct<T>, body: Uint8Array): T;
  encode<T>(schema: Struct<T>, value: T): Uint8Array;
  encodeEvent(event: Event): Uint8Array;
}

export const JSON_TYPE: ContentType = {
  name: 'application/json',
  decode: (schema, body) =>
    wrapped('Failed to convert JSON into Call protobuf: ', () => fromJson(schema, parsed(body))),
  encode: (schema, value) => Buffer.from(JSON.stringify(toJson(schema, value))),
  encodeEvent: event => Buffer.from(JSON.stringify(toJson(Event, event))),
};

export const PROTOBUF_TYPE: ContentType = {
  name: 'application/x-protobuf',
  decode: (schema, body) => decodeProtobuf(schema, body),
  encode: (schema, value) => toProtobuf(schema, value),
  encodeEvent: event => toProtobuf(Event, event),
};

const TYPES = [JSON_TYPE, PROTOBUF_TYPE];

/** What the request's body is written in; a refusal when it does not say, or says something else. */
export function contentTypeOf(request: Request): ContentType | Response {
  const given = request.headers['content-type'];
  if (given === undefined) return http.badRequest("Expecting 'Content-Type' to be present");
  const found = TYPES.find(type => type.name === given);
  const expected = "Expecting 'Content-Type' of application/json or application/x-protobuf";
  return found ?? http.unsupportedMediaType(expected);
}

/** What the client wants to read: JSON where it does not care; a refusal when it wants neither. */
export function acceptedTypeOf(request: Request): ContentType | Response {
  const accept = request.headers['accept'];
  const found = TYPES.find(type => accept === undefined || accepts(accept, type.name));
  const expected = "Expecting 'Accept' to allow 'application/x-protobuf' or 'application/json'";
  return found ?? http.notAcceptable(expected);
}

export function isResponse(value: ContentType | Response): value is Response {
  return 'status' in value;
}

function accepts(header: string, name: string): boolean {
  return header.split(',').some(part => {
    const [range = '', ...parameters] = part.split(';').map(each => each.trim().toLowerCase());
    if (parameters.some(parameter => /^q=0(\.0*)?$/.test(parameter))) return false;
    return range === '*/*' || range === name || range === `${name.split('/')[0]}/*`;
  });
}

function parsed(body: Uint8Array): unknown {
  return parseJson(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8'));
}

function decodeProtobuf<T>(schema: Struct<T>, body: Uint8Array): T {
  try {
    return fromProtobuf(schema, body);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    throw new Failure('Failed to parse body into Call protobuf', error.code, { cause: error });
  }
}

function wrapped<T>(prefix: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof Failure) || error.code === 'BAD_JSON') throw error;
    throw new Failure(prefix + error.message, error.code, { cause: error });
  }
}
