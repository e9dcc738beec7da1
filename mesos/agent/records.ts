/**
 * Protobuf messages in files, as Mesos' agents write them: each is preceded by its length, four bytes, little-endian.
 *
 * A stream of them may be cut off at the end, where the machine died during an append: the torn rest is to be cut.
 *
 * Source: stout protobuf.hpp (`protobuf::write`, `protobuf::read`), Mesos state::checkpoint.
 */
import { Failure, fromProtobuf, type Struct, toProtobuf } from '../../libprocess/index.ts';

const LENGTH_BYTES = 4;

export function record<T>(schema: Struct<T>, body: T): Uint8Array {
  const bytes = toProtobuf(schema, body);
  const framed = new Uint8Array(LENGTH_BYTES + bytes.length);
  new DataView(framed.buffer).setUint32(0, bytes.length, true);
  framed.set(bytes, LENGTH_BYTES);
  return framed;
}

/** @throws Failure MALFORMED for a message that cannot be read, CHECKPOINT_TORN for one that is cut off. */
export function readRecord<T>(schema: Struct<T>, bytes: Uint8Array): T {
  const { bodies, length } = readRecords(schema, bytes);
  const [body] = bodies;
  if (body === undefined || length !== bytes.length) {
    throw new Failure(`${schema.name}: ${bytes.length} bytes are not one whole record`, 'CHECKPOINT_TORN');
  }
  return body;
}

/**
 * All whole records, and how many bytes they take: the rest is torn.
 *
 * @throws Failure MALFORMED for a whole record that cannot be read.
 */
export function readRecords<T>(schema: Struct<T>, bytes: Uint8Array): { bodies: T[]; length: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const bodies: T[] = [];
  let at = 0;
  while (at + LENGTH_BYTES <= bytes.length) {
    const end = at + LENGTH_BYTES + view.getUint32(at, true);
    if (end > bytes.length) break;
    bodies.push(fromProtobuf(schema, bytes.subarray(at + LENGTH_BYTES, end)));
    at = end;
  }
  return { bodies, length: at };
}
