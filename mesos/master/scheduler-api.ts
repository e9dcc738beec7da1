/**
 * POST /api/v1/scheduler: from an HTTP request to what the framework wants.
 *
 *   headers ─▶ body ─▶ is the call whole? ─▶ SUBSCRIBE: a stream of events
 *                                         ─▶ others: whose? over the stream that it has? ─▶ 202
 *
 * The order of the checks is Mesos' own, since clients see only the first that fails.
 *
 * Source: Mesos src/master/http.cpp (Master::Http::scheduler).
 */
import { Failure, http, Pipe, type Request, type Response } from '../../libprocess/index.ts';
import { acceptedTypeOf, type ContentType, contentTypeOf, isResponse } from '../http/content-type.ts';
import { Call, type CallType, type OfferConstraints } from '../protocol/scheduler-api.ts';
import { type Accept, unsupportedOperation } from './accept.ts';
import type { MasterContext } from './context.ts';
import type { Framework } from './framework.ts';
import { HttpConnection } from './framework-connection.ts';
import type { FrameworkRemoval } from './framework-removal.ts';
import type { Offers } from './offers.ts';
import { validateCall } from './scheduler-validation.ts';
import type { StatusUpdates } from './status-updates.ts';
import type { Subscriptions } from './subscriptions.ts';
import type { TaskControl } from './task-control.ts';

/** Which calls there are; the dispatch goes by this table. */
export const CALL_SUPPORT: Readonly<Record<Exclude<CallType, 'UNKNOWN'>, 'implemented' | '501'>> = {
  SUBSCRIBE: 'implemented',
  TEARDOWN: 'implemented',
  ACCEPT: 'implemented',
  DECLINE: 'implemented',
  ACCEPT_INVERSE_OFFERS: '501',
  DECLINE_INVERSE_OFFERS: '501',
  REVIVE: 'implemented',
  KILL: 'implemented',
  SHUTDOWN: 'implemented',
  ACKNOWLEDGE: 'implemented',
  ACKNOWLEDGE_OPERATION_STATUS: '501',
  RECONCILE: 'implemented',
  RECONCILE_OPERATIONS: '501',
  MESSAGE: 'implemented',
  REQUEST: 'implemented',
  SUPPRESS: 'implemented',
  UPDATE_FRAMEWORK: 'implemented',
};

/** Which events a framework may get. */
export const EVENT_SUPPORT = {
  SUBSCRIBED: 'implemented',
  OFFERS: 'implemented',
  INVERSE_OFFERS: 'not sent: maintenance is not built yet',
  RESCIND: 'implemented',
  RESCIND_INVERSE_OFFER: 'not sent: maintenance is not built yet',
  UPDATE: 'implemented',
  UPDATE_OPERATION_STATUS: 'not sent: operations are not built yet',
  MESSAGE: 'implemented',
  FAILURE: 'implemented',
  ERROR: 'implemented',
  HEARTBEAT: 'implemented',
} as const;

const STREAM_ID = 'mesos-stream-id';

export interface SchedulerParts {
  readonly subscriptions: Subscriptions;
  readonly removal: FrameworkRemoval;
  readonly offers: Offers;
  readonly accept: Accept;
  readonly updates: StatusUpdates;
  readonly control: TaskControl;
}

export class SchedulerApi {
  constructor(
    private readonly master: MasterContext,
    private readonly parts: SchedulerParts,
  ) {}

  serve(request: Request): Response {
    if (request.method !== 'POST') return http.methodNotAllowed(['POST'], request.method);
    const type = contentTypeOf(request);
    if (isResponse(type)) return type;
    const call = decode(type, request.body);
    if ('status' in call) return call;
    const error = validateCall(call);
    if (error !== null) return http.badRequest(`Failed to validate scheduler::Call: ${error}`);
    return call.type === 'SUBSCRIBE' ? this.#subscribe(request, call) : this.#serveCall(request, call);
  }

  #subscribe(request: Request, { subscribe }: Call): Response {
    const type = acceptedTypeOf(request);
    if (isResponse(type)) return type;
    if (request.headers[STREAM_ID] !== undefined) {
      return http.badRequest("Subscribe calls should not include the 'Mesos-Stream-Id' header");
    }
    if (subscribe === undefined) return http.badRequest("Expecting 'subscribe' to be present");
    if (hasConstraints(subscribe.offer_constraints)) return http.notImplemented(NO_CONSTRAINTS);
    const { reader, writer } = new Pipe();
    const streamId = this.master.uuid();
    this.parts.subscriptions.subscribe(subscribe, new HttpConnection(streamId, writer, type));
    return http.stream(reader, { 'content-type': type.name, [STREAM_ID]: streamId });
  }

  #serveCall(request: Request, call: Call): Response {
    const framework = this.master.cluster.frameworks.get(call.framework_id?.value ?? '');
    if (framework === undefined) return http.badRequest('Framework cannot be found');
    return refuseStream(request, framework) ?? this.#refuseMissing(call) ?? this.#perform(framework, call);
  }

  #refuseMissing({ type = 'UNKNOWN', accept, update_framework }: Call): Response | null {
    if (type === 'UNKNOWN') return http.notImplemented("Received 'UNKNOWN' call");
    if (CALL_SUPPORT[type] === '501') return http.notImplemented(`The call ${type} is not implemented yet`);
    if (hasConstraints(update_framework?.offer_constraints)) return http.notImplemented(NO_CONSTRAINTS);
    const operation = accept === undefined ? null : unsupportedOperation(accept);
    if (operation === null) return null;
    return http.notImplemented(`The operation ${operation} is not implemented yet: nothing of this ACCEPT was done`);
  }

  #perform(framework: Framework, call: Call): Response {
    const { parts } = this;
    this.master.metrics.called(framework, call.type ?? 'UNKNOWN');
    if (call.update_framework !== undefined && call.type === 'UPDATE_FRAMEWORK') {
      const error = parts.subscriptions.update(framework, call.update_framework);
      return error === null ? http.ok() : http.badRequest(error);
    }
    if (call.type === 'TEARDOWN') this.#teardown(framework);
    else if (call.type === 'SUPPRESS') this.#suppress(framework, call.suppress?.roles ?? []);
    else if (call.type === 'REVIVE') this.#revive(framework, call.revive?.roles ?? []);
    else if (call.type === 'REQUEST') this.master.metrics.count('messages_resource_request');
    else this.#performOnTasks(framework, call);
    return http.accepted();
  }

  #performOnTasks(framework: Framework, call: Call): void {
    const { parts } = this;
    if (call.type === 'ACCEPT' && call.accept) parts.accept.accept(framework, call.accept);
    else if (call.type === 'DECLINE' && call.decline) parts.offers.decline(framework, call.decline);
    else if (call.type === 'KILL' && call.kill) parts.control.kill(framework, call.kill);
    else if (call.type === 'SHUTDOWN' && call.shutdown) parts.control.shutdown(framework, call.shutdown);
    else if (call.type === 'ACKNOWLEDGE' && call.acknowledge) parts.updates.acknowledge(framework, call.acknowledge);
    else if (call.type === 'RECONCILE' && call.reconcile) parts.control.reconcile(framework, call.reconcile);
    else if (call.type === 'MESSAGE' && call.message) parts.control.message(framework, call.message);
  }

  #teardown(framework: Framework): void {
    this.master.metrics.count('messages_unregister_framework');
    this.master.log.info(`Processing TEARDOWN call for framework ${framework}`);
    this.parts.removal.remove(framework);
  }

  #suppress(framework: Framework, given: readonly string[]): void {
    this.master.metrics.count('messages_suppress_offers');
    const roles = this.#subscribed(framework, given, 'SUPPRESS');
    if (roles === null) return;
    framework.suppressedRoles = new Set([...framework.suppressedRoles, ...roles]);
    this.master.allocator.suppressOffers(framework.id, roles).ignore();
  }

  #revive(framework: Framework, given: readonly string[]): void {
    this.master.metrics.count('messages_revive_offers');
    const roles = this.#subscribed(framework, given, 'REVIVE');
    if (roles === null) return;
    framework.suppressedRoles = new Set([...framework.suppressedRoles].filter(role => !roles.has(role)));
    this.master.allocator.reviveOffers(framework.id, roles).ignore();
  }

  /** The roles that are meant: all, when none is named; null when one is not the framework's, and the call is dropped. */
  #subscribed(framework: Framework, given: readonly string[], call: string): ReadonlySet<string> | null {
    const roles = new Set(given.length === 0 ? framework.roles : given);
    const foreign = [...roles].filter(role => !framework.roles.includes(role));
    if (foreign.length === 0) {
      this.master.log.info(`Processing ${call} call for roles { ${[...roles].join(', ')} } for framework ${framework}`);
      return roles;
    }
    this.master.log.warn(
      `Ignoring ${call} call for framework ${framework}: it is not subscribed to { ${foreign.join(', ')} }`,
    );
    return null;
  }
}

const NO_CONSTRAINTS = 'Offer constraints are not implemented yet';

function hasConstraints(constraints: OfferConstraints | undefined): boolean {
  return Object.keys(constraints?.role_constraints ?? {}).length > 0;
}

function decode(type: ContentType, body: Uint8Array): Call | Response {
  try {
    return type.decode(Call, body);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return http.badRequest(error.message);
  }
}

/** Whether the call comes from who holds the framework's stream; null when it does. */
function refuseStream(request: Request, framework: Framework): Response | null {
  if (!framework.isConnected) return http.forbidden('Framework is not subscribed');
  if (framework.connection === null) return http.forbidden('Framework is not connected via HTTP');
  const given = request.headers[STREAM_ID];
  if (given === undefined) {
    return http.badRequest("All non-subscribe calls should include the 'Mesos-Stream-Id' header");
  }
  if (given === framework.connection.streamId) return null;
  return http.badRequest(
    `The stream ID '${given}' included in this request didn't match the stream ID currently associated with framework ID ${framework.id}`,
  );
}
