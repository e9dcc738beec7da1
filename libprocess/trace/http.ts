/**
 * Causes across HTTP. A request that is traced names itself in a header, so that what it starts at the other side hangs on
 * it; and the pieces of a streaming answer are noted where they are written and where they are read, with the bytes they
 * span, so that what a reader does about a piece hangs on the turn that wrote it.
 *
 *   framework                                   master
 *   ├ request  POST /api/v1/scheduler ─────────▶ http  (cause: the request)
 *   ├ response 200 ◀────────────────────────────┤
 *   ├ read     bytes 0–56 ◀──────────────────── write  bytes 0–56
 *
 * Only while somebody traces: nothing here stands in the way of a request otherwise.
 */
import { beginWork, causeNow, current, endWork } from '../current.ts';
import type { Note, Tracer } from '../envelope.ts';
import { type Future, Promised } from '../future.ts';
import type { Request, Response } from '../http/http.ts';
import { Pipe, type PipeReader } from '../http/pipe.ts';
import { Address, type PID } from '../pid.ts';

const CAUSE_HEADER = 'libprocess-cause';
const REFERENCE = /^[\w-]{1,32}\/\d{1,16}$/;
/** More than this waits in a pipe that is looked into before the one behind it is read on. */
const BUFFERED_MAX = 64 * 1024;

/** What a runtime lends to whoever traces what crosses its network. */
export interface NetworkTraced {
  readonly tracer: Tracer | null;
  readonly incarnation: string;
  readonly outside: PID;
  nextId(): number;
}

/** The event of another runtime that `request` names as its cause; null for none. */
export function originOf({ headers }: Request): string | null {
  const cause = headers[CAUSE_HEADER];
  return cause !== undefined && REFERENCE.test(cause) ? cause : null;
}

/** Sends `request` by `send`, and notes it, its answer and the pieces of a streaming one. */
export function traceRequest(
  runtime: NetworkTraced,
  authority: string,
  request: Request,
  send: (request: Request) => Future<Response>,
): Future<Response> {
  const { method, path, body } = request;
  const here = current()?.to ?? runtime.outside;
  const there = Address.parse(authority).pid('');
  const id = runtime.nextId();
  const reference = `${runtime.incarnation}/${id}`;
  const type = { name: `${method} ${path}` };
  const note = (rest: Pick<Note, 'kind' | 'id' | 'cause'> & Partial<Note>): void =>
    runtime.tracer?.noted({ type, from: there, to: here, ...rest });
  note({ kind: 'request', id, cause: causeNow(), from: here, to: there, bytes: body.length, body: request });

  const answer = send({ ...request, headers: { ...request.headers, [CAUSE_HEADER]: reference } });
  const traced = new Promised<Response>();
  traced.onDiscard(() => answer.discard());
  answer.onAny(done => {
    const arrival = runtime.nextId();
    note({ kind: 'response', id: arrival, cause: id, ...describe(done) });
    const before = beginWork(arrival);
    if (done.state !== 'ready') traced.associate(done);
    else traced.set(follow(done.value, (from, to) => noteRead(from, to)));
    endWork(before);
  });

  function noteRead(from: number, to: number): number {
    const read = runtime.nextId();
    note({ kind: 'read', id: read, cause: id, bytes: to - from, stream: { of: reference, from, to } });
    return read;
  }
  return traced;
}

/** Notes each piece of a streaming answer to `request` when it is written. */
export function traceResponse(runtime: NetworkTraced, request: Request, response: Response): Response {
  const origin = originOf(request);
  if (origin === null || response.reader === null) return response;
  const type = { name: `${request.method} ${request.path}` };
  return follow(response, (from, to) => {
    const id = runtime.nextId();
    const [writer, reader] = [current()?.to ?? runtime.outside, runtime.outside];
    const stream = { of: origin, from, to };
    runtime.tracer?.noted({
      kind: 'write',
      id,
      cause: causeNow(),
      type,
      from: writer,
      to: reader,
      bytes: to - from,
      stream,
    });
    return id;
  });
}

function describe(done: Future<Response>): Partial<Note> {
  if (done.state !== 'ready') return { type: { name: done.state } };
  const { status, headers, body } = done.value;
  return { type: { name: String(status) }, bytes: body.length, body: { status, headers } };
}

/** `response` whose pieces pass by `note`, which gives the number of what they cause. */
function follow(response: Response, note: (from: number, to: number) => number): Response {
  return response.reader === null ? response : { ...response, reader: tap(response.reader, note) };
}

function tap(source: PipeReader, note: (from: number, to: number) => number): PipeReader {
  const { reader, writer } = new Pipe();
  let at = 0;
  const pass = (chunk: Uint8Array): void => {
    const before = beginWork(note(at, at + chunk.length));
    at += chunk.length;
    writer.write(chunk);
    endWork(before);
  };
  const taken = (piece: Future<Uint8Array>): boolean => {
    if (piece.state !== 'ready') writer.fail(piece.error);
    else if (piece.value.length === 0) writer.close();
    else {
      pass(piece.value);
      return true;
    }
    return false;
  };
  const pump = (): void => {
    while (writer.buffered < BUFFERED_MAX) {
      const piece = source.read();
      if (piece.isPending) {
        piece.onAny(done => {
          if (taken(done)) pump();
        });
        return;
      }
      if (!taken(piece)) return;
    }
    writer.drained().onReady(pump);
  };
  writer.readerClosed().onReady(() => source.close());
  pump();
  return reader;
}
