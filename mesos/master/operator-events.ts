/**
 * The event stream of the operator API: what happens in the cluster, to everyone who subscribed.
 *
 *   SUBSCRIBE ──▶ SUBSCRIBED (the whole state), HEARTBEAT, then events as they happen, and a HEARTBEAT every 15 s
 *
 * Events are at most once and end with the connection. Beyond `--max_operator_event_stream_subscribers` the oldest
 * stream is closed.
 *
 * Source: Mesos src/master/master.hpp (struct Subscribers), src/master/master.cpp (Master::subscribe).
 */
import { encodeRecord, http, Pipe, type PipeWriter, type Response } from '../../libprocess/index.ts';
import type { ContentType } from '../http/content-type.ts';
import { Event, type ResponseGetFrameworksFramework } from '../protocol/master-api.ts';
import type { TaskStatus } from '../protocol/tasks.ts';
import type { Agent } from './agent.ts';
import type { ClusterWatcher } from './cluster.ts';
import { type MasterContext, timeInfo } from './context.ts';
import type { Framework } from './framework.ts';
import { agentAnswer, frameworkAnswer, stateAnswer } from './http/operator-answers.ts';
import type { TaskRecord } from './task-record.ts';

export const HEARTBEAT_INTERVAL_MS = 15_000;
/** Who lets this much pile up does not read: the stream is closed. */
const BUFFERED_BYTES_MAX = 64 * 1024 * 1024;

interface Subscriber {
  readonly writer: PipeWriter;
  readonly type: ContentType;
}

export class OperatorEvents implements ClusterWatcher {
  readonly #subscribers = new Map<string, Subscriber>();

  constructor(private readonly master: MasterContext) {
    master.cluster.watcher = this;
  }

  get count(): number {
    return this.#subscribers.size;
  }

  subscribe(type: ContentType): Response {
    const id = this.master.uuid();
    const { reader, writer } = new Pipe();
    const subscriber = { writer, type };
    this.#subscribers.set(id, subscriber);
    this.master.log.info(`Added subscriber ${id} to the list of active subscribers`);
    const closed = this.master.defer(this.#closed);
    writer.readerClosed().onAny(() => closed(id));
    this.#makeRoom();
    this.#send(subscriber, {
      type: 'SUBSCRIBED',
      subscribed: { get_state: stateAnswer(this.master), heartbeat_interval_seconds: HEARTBEAT_INTERVAL_MS / 1_000 },
    });
    this.#beat(id);
    return http.stream(reader, { 'content-type': type.name });
  }

  taskAdded({ task }: TaskRecord): void {
    this.#tell(() => ({ type: 'TASK_ADDED', task_added: { task } }));
  }

  taskUpdated({ task }: TaskRecord, status: TaskStatus): void {
    const { framework_id, state } = task;
    this.#tell(() => ({ type: 'TASK_UPDATED', task_updated: { framework_id, status, state } }));
  }

  agentAdded(agent: Agent): void {
    this.#tell(() => ({ type: 'AGENT_ADDED', agent_added: { agent: agentAnswer(agent) } }));
  }

  agentRemoved(agentId: string): void {
    this.#tell(() => ({ type: 'AGENT_REMOVED', agent_removed: { agent_id: { value: agentId } } }));
  }

  frameworkAdded(framework: Framework): void {
    this.#tell(() => ({ type: 'FRAMEWORK_ADDED', framework_added: { framework: frameworkEvent(framework) } }));
  }

  frameworkUpdated(framework: Framework): void {
    this.#tell(() => ({ type: 'FRAMEWORK_UPDATED', framework_updated: { framework: frameworkEvent(framework) } }));
  }

  frameworkRemoved({ info }: Framework): void {
    this.#tell(() => ({ type: 'FRAMEWORK_REMOVED', framework_removed: { framework_info: info } }));
  }

  /** An event that nobody hears is not made. */
  #tell(make: () => Event): void {
    if (this.#subscribers.size === 0) return;
    const event = make();
    for (const subscriber of this.#subscribers.values()) this.#send(subscriber, event);
  }

  #send({ writer, type }: Subscriber, event: Event): void {
    if (writer.buffered > BUFFERED_BYTES_MAX) writer.close();
    else writer.write(encodeRecord(type.encode(Event, event)));
  }

  #makeRoom(): void {
    for (const [id, { writer }] of this.#subscribers) {
      if (this.#subscribers.size <= this.master.flags.max_operator_event_stream_subscribers) return;
      this.#subscribers.delete(id);
      writer.close();
    }
  }

  readonly #beat = (id: string): void => {
    const subscriber = this.#subscribers.get(id);
    if (subscriber === undefined) return;
    this.#send(subscriber, { type: 'HEARTBEAT' });
    this.master.delay(HEARTBEAT_INTERVAL_MS, this.#beat, id);
  };

  readonly #closed = (id: string): void => {
    if (this.#subscribers.delete(id))
      this.master.log.info(`Removed subscriber ${id} from the list of active subscribers`);
  };
}

/** Events differ from answers, in Mesos too: the time of the end is always there, offer constraints are not. */
function frameworkEvent(framework: Framework): ResponseGetFrameworksFramework {
  const { offer_constraints: _constraints, ...rest } = frameworkAnswer(framework);
  return { ...rest, unregistered_time: timeInfo(framework.unregisteredTime) };
}
