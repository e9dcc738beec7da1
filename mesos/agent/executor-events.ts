/**
 * Events to executors that speak HTTP: records on a stream.
 *
 * Source: Mesos HttpConnection, Executor::send (slave.hpp); docs/executor-http-api.md.
 */
import { encodeRecord, toJson, toProtobuf } from '../../libprocess/index.ts';
import { executor } from '../protocol/index.ts';
import type { HttpConnection } from './executor.ts';

export const JSON_TYPE = 'application/json';
export const PROTOBUF_TYPE = 'application/x-protobuf';

/** False when the executor has hung up. */
export function sendEvent({ writer, contentType }: HttpConnection, event: executor.Event): boolean {
  const bytes =
    contentType === PROTOBUF_TYPE
      ? toProtobuf(executor.Event, event)
      : Buffer.from(JSON.stringify(toJson(executor.Event, event)));
  return writer.write(encodeRecord(bytes));
}
