/** Answers that a browser saves as a file. */
import { ok, type Response, stream } from '../http/http.ts';
import type { PipeReader } from '../http/pipe.ts';

/** `value` as JSON. */
export function attachment(name: string, value: unknown): Response {
  return ok(JSON.stringify(value), headersFor(name));
}

/** All that comes from `reader`. */
export function streamedAttachment(name: string, reader: PipeReader): Response {
  return stream(reader, headersFor(name));
}

function headersFor(name: string) {
  return { 'content-type': 'application/octet-stream', 'content-disposition': `attachment; filename=${name}` };
}
