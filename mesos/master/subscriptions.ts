/**
 * Frameworks that subscribe: new ones, ones that come back, and ones that replace a scheduler that is still there.
 *
 *   SUBSCRIBE ──▶ refused: ERROR, the stream is closed
 *             ──▶ new id, known id or unknown id: SUBSCRIBED, HEARTBEAT, then a HEARTBEAT every 15 s
 *                 an older stream of the same framework: ERROR `Framework failed over`, closed
 *
 * Source: Mesos src/master/master.cpp (Master::subscribe, _subscribe, failoverFramework).
 */
import type { FrameworkInfo } from '../protocol/frameworks.ts';
import type { CallSubscribe, CallUpdateFramework } from '../protocol/scheduler-api.ts';
import { UpdateFrameworkMessage } from '../protocol/task-launch.ts';
import type { MasterContext } from './context.ts';
import { Framework, hasCapability } from './framework.ts';
import type { FrameworkConnection } from './framework-connection.ts';
import type { FrameworkRemoval } from './framework-removal.ts';
import type { Offers } from './offers.ts';
import {
  type SubscriptionRules,
  validateInfo,
  validateSubscription,
  validateUpdate,
} from './subscription-validation.ts';

export const HEARTBEAT_INTERVAL_MS = 15_000;

export class Subscriptions {
  #count = 0;

  constructor(
    private readonly master: MasterContext,
    private readonly offers: Offers,
    private readonly removal: FrameworkRemoval,
  ) {}

  /** Lets the framework in, or tells it why not; either way over `connection`. */
  subscribe(call: CallSubscribe, connection: FrameworkConnection): void {
    const { framework_info: info, suppressed_roles: suppressed = [] } = call;
    const { log, metrics, cluster } = this.master;
    const again = info.id !== undefined;
    metrics.count(again ? 'messages_reregister_framework' : 'messages_register_framework');
    log.info(`Received ${again ? 'resubscription' : 'subscription'} request for HTTP framework '${info.name}'`);
    const known = cluster.frameworks.get(info.id?.value ?? '');
    const error =
      validateSubscription(info, suppressed, this.#rules) ??
      (known === undefined ? null : validatePrincipal(known.info, info));
    if (error !== null) {
      this.#refuse(info, connection, error);
      return;
    }
    log.info(
      `Subscribing framework '${info.name}' with checkpointing ${info.checkpoint ? 'enabled' : 'disabled'} and capabilities [ ${capabilities(info)} ]`,
    );
    if (known === undefined) this.#add(info, suppressed, connection);
    else this.#failOver(known, info, suppressed, connection);
  }

  /** Replaces what may be replaced. @returns what is wrong, or null. */
  update(framework: Framework, call: CallUpdateFramework): string | null {
    const { framework_info: info, suppressed_roles: suppressed = [] } = call;
    const error =
      validateUpdate(framework.info, info) ?? validateInfo(info) ?? validateSubscription(info, suppressed, this.#rules);
    if (error !== null) return error;
    this.#change(framework, info, suppressed);
    this.master.cluster.watcher?.frameworkUpdated(framework);
    return null;
  }

  get #rules(): SubscriptionRules {
    const { flags, cluster } = this.master;
    return {
      roleWhitelist: flags.roles === undefined ? null : new Set(flags.roles.split(',').map(role => role.trim())),
      rootSubmissions: flags.root_submissions,
      isCompleted: id => cluster.completedFrameworks.has(id),
    };
  }

  #refuse(info: FrameworkInfo, connection: FrameworkConnection, message: string): void {
    this.master.log.info(`Refusing subscription of framework '${info.name}': ${message}`);
    connection.send({ type: 'ERROR', error: { message } });
    connection.close();
  }

  #add(given: FrameworkInfo, suppressed: readonly string[], connection: FrameworkConnection): void {
    const { cluster, allocator, flags, log } = this.master;
    const info: FrameworkInfo = { ...given, id: given.id ?? { value: this.#nextId() } };
    const framework = new Framework(info, this.master.wall(), {
      completedTasksMax: flags.max_completed_tasks_per_framework,
      unreachableTasksMax: flags.max_unreachable_tasks_per_framework,
    });
    framework.suppressedRoles = new Set(suppressed);
    log.info(`Adding framework ${framework} with roles { ${suppressed.join(', ')} } suppressed`);
    this.#connect(framework, connection);
    cluster.addFramework(framework);
    allocator.addFramework(framework.id, info, new Map(), true, framework.suppressedRoles).ignore();
  }

  /** A scheduler takes over: tasks run on, offers of the other one are void. */
  #failOver(
    framework: Framework,
    given: FrameworkInfo,
    suppressed: readonly string[],
    connection: FrameworkConnection,
  ): void {
    this.#closeOld(framework);
    for (const offer of [...framework.offers]) this.offers.discard(offer);
    const wasActive = framework.isActive;
    framework.reregisteredTime = this.master.wall();
    const { user, checkpoint } = framework.info; // Silently kept, as in Mesos: tasks depend on them.
    this.#change(framework, { ...given, user, checkpoint }, suppressed);
    this.#connect(framework, connection);
    this.master.cluster.watcher?.frameworkUpdated(framework);
    if (!wasActive) this.master.allocator.activateFramework(framework.id).ignore();
  }

  #closeOld(framework: Framework): void {
    const old = framework.connection;
    if (old === null) return;
    this.master.log.info(`Framework ${framework} failed over`);
    framework.send({ type: 'ERROR', error: { message: 'Framework failed over' } });
    framework.connection = null;
    old.close();
  }

  #change(framework: Framework, info: FrameworkInfo, suppressed: readonly string[]): void {
    framework.info = { ...info, id: { value: framework.id } };
    framework.suppressedRoles = new Set(suppressed);
    this.master.allocator.updateFramework(framework.id, framework.info, framework.suppressedRoles).ignore();
    for (const agent of this.master.cluster.agents.values()) {
      this.master.send(agent.pid, UpdateFrameworkMessage, {
        framework_id: { value: framework.id },
        framework_info: framework.info,
      });
    }
  }

  #connect(framework: Framework, connection: FrameworkConnection): void {
    framework.connection = connection;
    framework.state = 'active';
    framework.epoch += 1;
    const disconnected = this.master.defer(this.removal.disconnected);
    connection.closed().onAny(() => disconnected(framework, connection));
    framework.send({
      type: 'SUBSCRIBED',
      subscribed: {
        framework_id: { value: framework.id },
        heartbeat_interval_seconds: HEARTBEAT_INTERVAL_MS / 1_000,
        master_info: this.master.info,
      },
    });
    this.#beat(framework, connection);
  }

  readonly #beat = (framework: Framework, connection: FrameworkConnection): void => {
    if (framework.connection !== connection) return;
    framework.send({ type: 'HEARTBEAT' });
    this.master.delay(HEARTBEAT_INTERVAL_MS, this.#beat, framework, connection);
  };

  #nextId(): string {
    return `${this.master.info.id}-${String(this.#count++).padStart(4, '0')}`;
  }
}

function validatePrincipal(current: FrameworkInfo, next: FrameworkInfo): string | null {
  return current.principal === next.principal ? null : "Changing framework's principal is not allowed.";
}

function capabilities(info: FrameworkInfo): string {
  return (info.capabilities ?? [])
    .map(each => each.type ?? 'UNKNOWN')
    .filter(type => hasCapability(info, type))
    .join(', ');
}
