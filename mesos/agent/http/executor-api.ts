/**
 * `/api/v1/executor`: executors that speak HTTP.
 *
 *   SUBSCRIBE ─▶ 200, a stream: SUBSCRIBED, LAUNCH, KILL, ACKNOWLEDGED, MESSAGE, SHUTDOWN
 *   UPDATE, MESSAGE, HEARTBEAT ─▶ 202
 *
 * Source: Mesos src/slave/http.cpp (Http::executor), Slave::subscribe (slave.cpp).
 */
import { Failure, http, Pipe, type Request, type Response } from '../../../libprocess/index.ts';
import { acceptedTypeOf, contentTypeOf, isResponse } from '../../http/content-type.ts';
import { executor as api, ExecutorToFrameworkMessage, type StatusUpdate } from '../../protocol/index.ts';
import type { AgentContext } from '../context.ts';
import type { Executor } from '../executor.ts';
import type { Executors } from '../executors.ts';
import type { Framework } from '../framework.ts';
import type { Reconnector } from '../reconnect.ts';
import type { TaskUpdates } from '../task-updates.ts';
import { validateCall } from './executor-validation.ts';

export class ExecutorApi {
  constructor(
    private readonly agent: AgentContext,
    private readonly executors: Executors,
    private readonly reconnector: Reconnector,
    private readonly updates: TaskUpdates,
  ) {}

  async serve(request: Request): Promise<Response> {
    if (request.method !== 'POST') return http.methodNotAllowed(['POST'], request.method);
    const call = callOf(request);
    if ('status' in call) return call;
    const problem = validateCall(call);
    if (problem !== null) return http.badRequest(`Failed to validate Executor::Call: ${problem}`);
    if (call.type === 'HEARTBEAT') return http.accepted();
    return this.#serveCall(call, request);
  }

  async #serveCall(call: api.Call, request: Request): Promise<Response> {
    const { books } = this.agent;
    const framework = books.framework(call.framework_id.value);
    const executor = framework?.executors.get(call.executor_id.value);
    if (books.phase === 'recovering' && executor === undefined) {
      return http.serviceUnavailable('Agent has not finished recovery');
    }
    if (framework === undefined) return http.badRequest('Framework cannot be found');
    if (executor === undefined) return http.badRequest('Executor cannot be found');
    if (call.type === 'SUBSCRIBE') return this.#subscribe(framework, executor, call, request);
    if (executor.http === null) return http.forbidden('Executor is not subscribed');
    if (call.update !== undefined && call.type === 'UPDATE') return this.#update(call, call.update);
    if (call.message !== undefined && call.type === 'MESSAGE') return this.#message(call, call.message);
    return http.notImplemented(`${call.type} is not implemented`);
  }

  async #subscribe(framework: Framework, executor: Executor, call: api.Call, request: Request): Promise<Response> {
    const { log, books, checkpointer } = this.agent;
    const accepted = acceptedTypeOf(request);
    if (isResponse(accepted)) return accepted;
    log.info(`Received Subscribe request for HTTP executor '${executor.id}' of framework ${framework.id}`);
    const { reader, writer } = new Pipe();
    executor.http?.writer.close();
    executor.http = { writer, contentType: accepted.name };
    writer.readerClosed().onReady(this.agent.defer(() => disconnect(executor, writer)));
    if (executor.state === 'terminating' || executor.state === 'terminated') {
      this.executors.event(executor, { type: 'SHUTDOWN' });
      return http.stream(reader, { 'content-type': accepted.name });
    }
    const isFirst = executor.state === 'registering';
    if (isFirst) executor.become('running');
    if (executor.runDir !== null) await this.agent.turn(checkpointer.httpMarker(executor.runDir));
    this.executors.event(executor, {
      type: 'SUBSCRIBED',
      subscribed: {
        executor_info: executor.info,
        framework_info: { ...framework.info, id: { value: framework.id } },
        agent_info: agentInfo(books.info),
        container_id: { value: executor.containerId },
      },
    });
    this.agent.defer(() => this.#begin(framework, executor, call, isFirst))();
    return http.stream(reader, { 'content-type': accepted.name });
  }

  /** What the executor repeats, and then what waits for it. */
  async #begin(framework: Framework, executor: Executor, { subscribe }: api.Call, isFirst: boolean): Promise<void> {
    const call = { framework_id: { value: framework.id }, executor_id: executor.info.executor_id };
    for (const update of subscribe?.unacknowledged_updates ?? [])
      await this.updates.take(this.#updateOf(call, update), null);
    if (this.agent.books.phase === 'recovering' && isFirst) {
      const received = subscribe?.unacknowledged_tasks?.map(({ task_id }) => task_id.value);
      await this.reconnector.dropLost(framework, executor, new Set(received));
    } else {
      await this.executors.begin(framework, executor);
    }
  }

  #update(call: api.Call, update: api.CallUpdate): Response {
    this.agent.defer(() => this.updates.take(this.#updateOf(call, update), null))();
    return http.accepted();
  }

  #updateOf(call: Pick<api.Call, 'framework_id' | 'executor_id'>, { status }: api.CallUpdate): StatusUpdate {
    const { framework_id, executor_id } = call;
    const { agentId: agent_id } = this.agent.books;
    return {
      framework_id,
      executor_id,
      agent_id,
      status,
      timestamp: status.timestamp ?? this.agent.wall(),
      uuid: status.uuid,
    };
  }

  #message({ framework_id, executor_id }: api.Call, { data }: api.CallMessage): Response {
    const { agent } = this;
    const body = { agent_id: agent.books.agentId, framework_id, executor_id, data };
    const to = agent.books.framework(framework_id.value)?.pid ?? agent.books.master;
    agent.count('slave/valid_framework_messages');
    if (to !== null) agent.send(to, ExecutorToFrameworkMessage, body);
    return http.accepted();
  }
}

function callOf(request: Request): api.Call | Response {
  const type = contentTypeOf(request);
  if (isResponse(type)) return type;
  try {
    return type.decode(api.Call, request.body);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return http.badRequest(error.message);
  }
}

/** v1 knows nothing of `checkpoint`. */
function agentInfo({ checkpoint: _checkpoint, ...info }: AgentContext['books']['info']) {
  return info;
}

function disconnect(executor: Executor, writer: NonNullable<Executor['http']>['writer']): void {
  if (executor.http?.writer === writer) executor.http = null;
}
