/**
 * POST /api/v1: what operators ask and order, in the form of v1. And POST /teardown, which is older.
 *
 * Source: Mesos src/master/http.cpp (Master::Http::api).
 */
import { Failure, http, type Request, type Response } from '../../libprocess/index.ts';
import { Resources } from '../common/resources.ts';
import { acceptedTypeOf, type ContentType, contentTypeOf, isResponse } from '../http/content-type.ts';
import { Response as Answer, Call, type CallType } from '../protocol/master-api.ts';
import type { AgentRemoval } from './agent-removal.ts';
import type { MasterContext } from './context.ts';
import type { FrameworkRemoval } from './framework-removal.ts';
import { agentsAnswer, executorsAnswer, frameworksAnswer, stateAnswer, tasksAnswer } from './http/operator-answers.ts';
import { roleViews } from './http/roles.ts';
import type { Times } from './http/state.ts';
import type { OperatorEvents } from './operator-events.ts';

type KnownCall = Exclude<CallType, 'UNKNOWN'>;

/** Which calls there are; the dispatch goes by this table. */
export const OPERATOR_SUPPORT: Readonly<Record<KnownCall, 'implemented' | '501'>> = {
  GET_HEALTH: 'implemented',
  GET_FLAGS: 'implemented',
  GET_VERSION: 'implemented',
  GET_METRICS: 'implemented',
  GET_LOGGING_LEVEL: 'implemented',
  SET_LOGGING_LEVEL: 'implemented',
  LIST_FILES: '501',
  READ_FILE: '501',
  GET_STATE: 'implemented',
  GET_AGENTS: 'implemented',
  GET_FRAMEWORKS: 'implemented',
  GET_EXECUTORS: 'implemented',
  GET_OPERATIONS: 'implemented',
  GET_TASKS: 'implemented',
  GET_ROLES: 'implemented',
  GET_WEIGHTS: 'implemented',
  UPDATE_WEIGHTS: '501',
  GET_MASTER: 'implemented',
  SUBSCRIBE: 'implemented',
  RESERVE_RESOURCES: '501',
  UNRESERVE_RESOURCES: '501',
  CREATE_VOLUMES: '501',
  DESTROY_VOLUMES: '501',
  GROW_VOLUME: '501',
  SHRINK_VOLUME: '501',
  GET_MAINTENANCE_STATUS: 'implemented',
  GET_MAINTENANCE_SCHEDULE: 'implemented',
  UPDATE_MAINTENANCE_SCHEDULE: '501',
  START_MAINTENANCE: '501',
  STOP_MAINTENANCE: '501',
  DRAIN_AGENT: '501',
  DEACTIVATE_AGENT: '501',
  REACTIVATE_AGENT: '501',
  GET_QUOTA: 'implemented',
  UPDATE_QUOTA: '501',
  SET_QUOTA: '501',
  REMOVE_QUOTA: '501',
  TEARDOWN: 'implemented',
  MARK_AGENT_GONE: 'implemented',
};

/** Calls that have no part of their own. */
const PARTLESS: ReadonlySet<KnownCall> = new Set<KnownCall>([
  'GET_HEALTH',
  'GET_FLAGS',
  'GET_VERSION',
  'GET_LOGGING_LEVEL',
  'GET_STATE',
  'GET_AGENTS',
  'GET_FRAMEWORKS',
  'GET_EXECUTORS',
  'GET_OPERATIONS',
  'GET_TASKS',
  'GET_ROLES',
  'GET_WEIGHTS',
  'GET_MASTER',
  'SUBSCRIBE',
  'GET_MAINTENANCE_STATUS',
  'GET_MAINTENANCE_SCHEDULE',
  'GET_QUOTA',
]);

export interface OperatorParts {
  readonly frameworkRemoval: FrameworkRemoval;
  readonly agentRemoval: AgentRemoval;
  readonly events: OperatorEvents;
  readonly times: () => Times;
}

export class OperatorApi {
  constructor(
    private readonly master: MasterContext,
    private readonly parts: OperatorParts,
  ) {}

  serve(request: Request): Response | Promise<Response> {
    const type = contentTypeOf(request);
    if (isResponse(type)) return type;
    const call = decode(type, request.body);
    if ('status' in call) return call;
    const error = validateCall(call);
    if (error !== null) return http.badRequest(`Failed to validate master::Call: ${error}`);
    const accepted = acceptedTypeOf(request);
    if (isResponse(accepted)) return accepted;
    this.master.log.info(`Processing call ${call.type}`);
    return this.#perform(call, accepted);
  }

  /** The form of 0.28: `frameworkId=…`. */
  teardownForm(request: Request): Response {
    const id = http.formOf(request).get('frameworkId');
    if (id === null) return http.badRequest("Missing 'frameworkId' query parameter in the request body");
    return this.#teardown(id);
  }

  #perform(call: Call, accepted: ContentType): Response | Promise<Response> {
    const { type = 'UNKNOWN' } = call;
    if (type === 'UNKNOWN') return http.notImplemented();
    if (OPERATOR_SUPPORT[type] === '501') return http.notImplemented(`The call ${type} is not implemented yet`);
    if (call.teardown !== undefined && type === 'TEARDOWN') return this.#teardown(call.teardown.framework_id.value);
    if (call.mark_agent_gone !== undefined && type === 'MARK_AGENT_GONE') {
      return this.#markGone(call.mark_agent_gone.agent_id.value);
    }
    if (call.set_logging_level !== undefined && type === 'SET_LOGGING_LEVEL') {
      return this.#setLogging(call.set_logging_level);
    }
    if (type === 'SUBSCRIBE') return this.parts.events.subscribe(accepted);
    if (type === 'GET_METRICS') return this.#metrics(call.get_metrics?.timeout?.nanoseconds, accepted);
    if (type === 'GET_LOGGING_LEVEL') return this.#loggingLevel(accepted);
    return answered(accepted, this.#answer(type));
  }

  async #metrics(nanoseconds: number | undefined, accepted: ContentType): Promise<Response> {
    const timeoutMs = nanoseconds === undefined ? Infinity : nanoseconds / 1e6;
    const snapshot = await this.master.turn(this.master.snapshot(timeoutMs));
    const metrics = Object.entries(snapshot).map(([name, value]) => ({ name, value }));
    return answered(accepted, { type: 'GET_METRICS', get_metrics: { metrics } });
  }

  async #loggingLevel(accepted: ContentType): Promise<Response> {
    const level = await this.master.turn(this.master.logging.level());
    return answered(accepted, { type: 'GET_LOGGING_LEVEL', get_logging_level: { level } });
  }

  async #setLogging({ level, duration }: NonNullable<Call['set_logging_level']>): Promise<Response> {
    await this.master.turn(this.master.logging.setLevel(level, duration.nanoseconds / 1e6));
    return http.ok();
  }

  #answer(type: KnownCall): Answer {
    const { master } = this;
    switch (type) {
      case 'GET_HEALTH':
        return { type, get_health: { healthy: true } };
      case 'GET_FLAGS':
        return {
          type,
          get_flags: { flags: Object.entries(master.flags.shown).map(([name, value]) => ({ name, value })) },
        };
      case 'GET_VERSION':
        return { type, get_version: { version_info: master.build } };
      case 'GET_STATE':
        return { type, get_state: stateAnswer(master) };
      case 'GET_AGENTS':
        return { type, get_agents: agentsAnswer(master) };
      case 'GET_FRAMEWORKS':
        return { type, get_frameworks: frameworksAnswer(master) };
      case 'GET_EXECUTORS':
        return { type, get_executors: executorsAnswer(master) };
      case 'GET_OPERATIONS':
        return { type, get_operations: {} };
      case 'GET_TASKS':
        return { type, get_tasks: tasksAnswer(master) };
      case 'GET_ROLES':
        return { type, get_roles: this.#roles() };
      case 'GET_MASTER':
        return { type, get_master: this.#masterAnswer() };
      case 'GET_MAINTENANCE_STATUS':
        return { type, get_maintenance_status: { status: {} } };
      case 'GET_MAINTENANCE_SCHEDULE':
        return { type, get_maintenance_schedule: { schedule: {} } };
      case 'GET_QUOTA':
        return { type, get_quota: { status: {} } };
      case 'GET_WEIGHTS':
        return { type, ...weightsAnswer(master.flags.roleWeights) };
      default:
        throw new Error(`${type} is no question`);
    }
  }

  #roles(): NonNullable<Answer['get_roles']> {
    return {
      roles: roleViews(this.master).map(({ name, weight, frameworks, allocated, offered }) => ({
        name,
        weight,
        frameworks: frameworks.map(({ id }) => ({ value: id })),
        resources: Resources.sum([allocated, offered]).scalars.unallocate().toUnreserved().toArray(),
      })),
    };
  }

  #masterAnswer(): NonNullable<Answer['get_master']> {
    const { started, elected } = this.parts.times();
    return { master_info: this.master.info, start_time: started, elected_time: elected ?? undefined };
  }

  #teardown(id: string): Response {
    const framework = this.master.cluster.frameworks.get(id);
    if (framework === undefined) return http.badRequest('No framework found with specified ID');
    this.parts.frameworkRemoval.remove(framework);
    return http.ok();
  }

  async #markGone(id: string): Promise<Response> {
    try {
      await this.parts.agentRemoval.markGone(id);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      return error.code === 'NOT_FOUND' ? http.notFound(error.message) : http.serviceUnavailable(error.message);
    }
    return http.ok();
  }
}

function answered(accepted: ContentType, answer: Answer): Response {
  return { ...http.ok('', { 'content-type': accepted.name }), body: accepted.encode(Answer, answer) };
}

function weightsAnswer(weights: ReadonlyMap<string, number>): Pick<Answer, 'get_weights'> {
  if (weights.size === 0) return {};
  return { get_weights: { weight_infos: [...weights].map(([role, weight]) => ({ role, weight })) } };
}

function decode(type: ContentType, body: Uint8Array): Call | Response {
  try {
    return type.decode(Call, body);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return http.badRequest(error.message);
  }
}

function validateCall(call: Call): string | null {
  const { type } = call;
  if (type === undefined) return "Expecting 'type' to be present";
  if (type === 'UNKNOWN' || PARTLESS.has(type)) return null;
  const part = type.toLowerCase() as keyof Call;
  return call[part] === undefined ? `Expecting '${part}' to be present` : null;
}
