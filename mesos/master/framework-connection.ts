/**
 * How events get to a framework. Whatever the master has to say to one is an `Event` first; the connection makes of it
 * what the scheduler understands.
 *
 *   HTTP (v1)   one record of the RecordIO stream: `<length>\n<event>`, one chunk, one write
 */
import { encodeRecord, type Future, type PipeWriter } from '../../libprocess/index.ts';
import type { ContentType } from '../http/content-type.ts';
import type { Event } from '../protocol/scheduler-api.ts';

/** A scheduler that lets this much pile up does not read: its connection is closed. */
const BUFFERED_BYTES_MAX = 64 * 1024 * 1024;

export interface FrameworkConnection {
  /** Names the subscription in the header `Mesos-Stream-Id`. */
  readonly streamId: string;
  /** False when nobody can be reached any more. */
  send(event: Event): boolean;
  close(): void;
  /** Ready when the scheduler has gone. */
  closed(): Future<void>;
}

export class HttpConnection implements FrameworkConnection {
  constructor(
    readonly streamId: string,
    private readonly writer: PipeWriter,
    private readonly contentType: ContentType,
  ) {}

  send(event: Event): boolean {
    if (this.writer.buffered > BUFFERED_BYTES_MAX) {
      this.close();
      return false;
    }
    return this.writer.write(encodeRecord(this.contentType.encodeEvent(event)));
  }

  close(): void {
    this.writer.close();
  }

  closed(): Future<void> {
    return this.writer.readerClosed();
  }
}
