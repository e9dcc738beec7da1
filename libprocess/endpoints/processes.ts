/**
 * `/__processes__`: which actors live here, and what waits in their mailboxes.
 *
 * Source: libprocess process.cpp (`ProcessManager::__processes__`), event.hpp (`operator JSON::Object`).
 */
import { toJson } from '../codec/json.ts';
import type { Envelope } from '../envelope.ts';
import { json, type Request, type Response } from '../http/http.ts';
import type { MessageType } from '../message.ts';
import { Process } from '../process.ts';

const HELP = `Shows the actors of this process and the events in their queues.

An event is a message, a dispatch, an HTTP request, the exit of a linked actor, or the order to terminate.`;

export class ProcessesEndpoint extends Process {
  constructor() {
    super('__processes__');
  }

  protected override initialize(): void {
    this.route('/', { help: HELP }, this.#processes);
  }

  async #processes(request: Request): Promise<Response> {
    const { runtime } = this;
    const here = describeProcesses(runtime.processes);
    const elsewhere = runtime.neighbours === null ? [] : await this.turn(runtime.neighbours.processes());
    return json([...here, ...elsewhere], request);
  }
}

/** Who `processes` are, and what waits in their mailboxes. */
export function describeProcesses(processes: Iterable<Process>): readonly object[] {
  return [...processes].map(({ pid, $mailbox }) => ({ events: [...$mailbox].map(describe), id: pid.id }));
}

/** An envelope in the words of the original, to which timers, resumptions and first turns are dispatches. */
function describe(envelope: Envelope): object {
  const { kind, type, from, to, body } = envelope;
  switch (kind) {
    case 'message':
      return { type: 'MESSAGE', name: type.name, from: String(from), to: String(to), body: printBody(type, body) };
    case 'http':
      return { type: 'HTTP', ...summarize(body as Request) };
    case 'exited':
      return { type: 'EXITED' };
    case 'terminate':
      return { type: 'TERMINATE' };
    default:
      return { type: 'DISPATCH' };
  }
}

function printBody(type: Envelope['type'], body: unknown): string {
  return JSON.stringify(toJson((type as MessageType<unknown>).body, body));
}

function summarize({ method, path, search }: Request): object {
  return { method, url: search === '' ? path : `${path}?${search}` };
}
