/**
 * Where and how the scheduler API is spoken: requests to a master, and what its answers mean.
 *
 * Source: contract of `POST /api/v1/scheduler`; Mesos src/scheduler/scheduler.cpp.
 */
import { Failure, Future, NODE_HEADER, type Request, type Response, toJson } from '../../libprocess/index.ts';
import { Call } from '../protocol/scheduler-api.ts';

const PATH = '/api/v1/scheduler';
const PORT_DEFAULT = 5050;
/** More of a refusal than this is not worth reading. */
const SENTENCE_BYTES_MAX = 64 * 1024;

/** @returns `host:port` of a master given as `host`, `host:port` or `http://host:port`. @throws Failure BAD_MASTER. */
export function parseMaster(text: string): string {
  if (/^(zk|file):\/\//.test(text)) {
    throw new Failure(`'${text}': only a master's host:port is understood so far`, 'BAD_MASTER');
  }
  const authority = text.replace(/^http:\/\//, '').replace(/\/+$/, '');
  const found = /^([^\s:/@]+)(?::(\d{1,5}))?$/.exec(authority);
  if (found === null) throw new Failure(`'${text}' is not a master's address: want host:port`, 'BAD_MASTER');
  return `${found[1]}:${found[2] ?? PORT_DEFAULT}`;
}

/**
 * @param streamId - of the subscription that the call belongs to; null for SUBSCRIBE.
 * @param node - the address of the framework's runtime, by which a debugger finds it.
 */
export function requestOf(call: Call, streamId: string | null, node: string): Request {
  return {
    method: 'POST',
    path: PATH,
    search: '',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json',
      ...(streamId === null ? { [NODE_HEADER]: node } : { 'mesos-stream-id': streamId }),
    },
    body: Buffer.from(JSON.stringify(toJson(Call, call))),
    reader: null,
    peer: null,
  };
}

/** The authority that a redirect leads to; null when the answer names none. */
export function redirectOf({ status, headers }: Response): string | null {
  if (status !== 307 && status !== 308) return null;
  const { location = '' } = headers;
  return /^(?:http:)?\/\/([^/]+)/.exec(location)?.[1] ?? null;
}

/** The master's sentence. */
export function sentenceOf(response: Response): Future<string> {
  const body = response.reader?.readAll(SENTENCE_BYTES_MAX) ?? Future.ready(bytesOf(response.body));
  return body.then(bytes => Buffer.from(bytes).toString('utf8').trim() || `status ${response.status}`);
}

/** A code by which to tell what may work later from what never will. */
export function refusalCode(status: number): 'UNAVAILABLE' | 'NOT_IMPLEMENTED' | 'REFUSED' {
  if (status === 503) return 'UNAVAILABLE';
  return status === 501 ? 'NOT_IMPLEMENTED' : 'REFUSED';
}

function bytesOf(body: Uint8Array | string): Uint8Array {
  return typeof body === 'string' ? Buffer.from(body) : body;
}
