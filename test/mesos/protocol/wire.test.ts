/** Messages that a master, an agent and an executor of Apache Mesos sent one another, byte for byte. */
import { expect, test } from 'vitest';
import { decode, encode } from '../../../libprocess/codec/native.ts';
import { fromProtobuf, toProtobuf } from '../../../libprocess/codec/protobuf.ts';
import type { MessageType, Struct } from '../../../libprocess/index.ts';
import * as protocol from '../../../mesos/protocol/index.ts';
import { lines } from './fixtures.ts';

/** Every exported message type, by the name on the wire. */
const TYPES = new Map(
  Object.values<unknown>(protocol)
    .filter(isMessage)
    .map(type => [type.name, type]),
);

function isMessage(value: unknown): value is MessageType<unknown, unknown> {
  return typeof value === 'object' && value !== null && 'body' in value && 'name' in value;
}

const MESSAGES = lines('wire-messages.jsonl') as { to: string; name: string; hex: string }[];

function bodyOf(name: string): Struct<unknown> {
  const type = TYPES.get(name);
  if (type === undefined) throw new Error(`no message type is called ${name}`);
  return type.body;
}

test.each(MESSAGES)('$name to $to is written with the bytes that it was read from', ({ name, hex }) => {
  const schema = bodyOf(name);
  const body = fromProtobuf(schema, Buffer.from(hex, 'hex'));
  expect(Buffer.from(toProtobuf(schema, body)).toString('hex')).toBe(hex);
});

test.each(MESSAGES)('$name to $to survives our own links', ({ name, hex }) => {
  const schema = bodyOf(name);
  const body = fromProtobuf(schema, Buffer.from(hex, 'hex'));
  expect(decode(schema, encode(schema, body))).toEqual(body);
});

test('a registering agent is read field by field', () => {
  const hex = MESSAGES.find(each => each.name === 'mesos.internal.RegisterSlaveMessage')?.hex ?? '';
  const { agent, agent_capabilities } = fromProtobuf(protocol.RegisterSlaveMessage.body, Buffer.from(hex, 'hex'));
  expect(agent).toMatchObject({ hostname: '127.0.0.1', checkpoint: true });
  expect(agent_capabilities?.[0]).toEqual({ type: 'MULTI_ROLE' });
});
