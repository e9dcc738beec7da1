/**
 * The registrar: keeps the registry, and applies operations to it in batches.
 *
 *   apply ─▶ queue ─▶ all that is queued is applied to one copy ─▶ one store ─▶ each caller hears
 *                        ▲                                            │
 *                        └──────── what came meanwhile ───────────────┘
 *
 * The storage is memory for now (`--registry=in_memory`): a master that restarts learns of its agents when they
 * register again.
 *
 * Source: Mesos src/master/registrar.cpp.
 */
import {
  Failure,
  Future,
  http,
  ID,
  Process,
  Promised,
  printBytes,
  printDuration,
  toJson,
  toProtobuf,
} from '../../libprocess/index.ts';
import { sortKeys } from '../common/sort-keys.ts';
import type { MasterInfo } from '../protocol/masters.ts';
import { Registry } from '../protocol/registry.ts';
import { v0 } from '../protocol/v0.ts';
import { type RegistryOperation, recoverMaster } from './registry.ts';

const HELP = 'Returns the current contents of the Registry in JSON.\n\nGET /registrar(1)/registry';

/** Where the registry is kept between masters. */
export interface RegistryStorage {
  fetch(): Future<Registry>;
  /** Replaces what `fetch` or the last `store` saw; fails when somebody else has written since. */
  store(registry: Registry): Future<void>;
}

/** Forgets when the program ends. */
export class MemoryStorage implements RegistryStorage {
  #registry: Registry = {};

  fetch(): Future<Registry> {
    return Future.ready(this.#registry);
  }

  store(registry: Registry): Future<void> {
    this.#registry = registry;
    return Future.ready(undefined);
  }
}

interface Queued {
  readonly operation: RegistryOperation;
  readonly done: Promised<boolean>;
}

export class Registrar extends Process {
  #registry: Registry | null = null;
  #queue: Queued[] = [];
  #storing = false;

  constructor(private readonly storage: RegistryStorage) {
    super(ID.generate('registrar'));
  }

  /** Reads the registry and notes `info` as its master; ready with what then is in it. */
  async recover(info: MasterInfo): Promise<Registry> {
    if (this.#registry === null) this.#registry = await this.#fetch();
    this.#queue.push({ operation: recoverMaster(info), done: new Promised<boolean>() });
    await this.turn(this.#flush());
    this.log.info('Successfully recovered registrar');
    return this.#registry;
  }

  /**
   * Ready once the operation is stored: true when it changed anything.
   *
   * @throws Failure NOT_RECOVERED, and whatever the operation throws.
   */
  apply(operation: RegistryOperation): Future<boolean> {
    if (this.#registry === null) throw new Failure('the registrar has not recovered', 'NOT_RECOVERED');
    const done = new Promised<boolean>();
    this.#queue.push({ operation, done });
    this.#flush().ignore();
    return done;
  }

  /** How many operations wait for a store. */
  queued(): number {
    return this.#queue.length;
  }

  protected override initialize(): void {
    this.route('/registry', { help: HELP, realm: 'mesos-master-readonly' }, request =>
      http.json(sortKeys(toJson(v0(Registry), this.#registry ?? {})), request),
    );
  }

  async #fetch(): Promise<Registry> {
    const started = this.clock.now;
    const registry = await this.turn(this.storage.fetch());
    const took = printDuration(this.clock.now - started);
    this.log.info(`Successfully fetched the registry (${registrySize(registry)}) in ${took}`);
    return registry;
  }

  /** Applies all that is queued to one copy, and stores it. Ready when the queue is empty. */
  #flush(): Future<void> {
    const flushed = new Promised<void>();
    this.defer(this.#store)(flushed);
    return flushed;
  }

  async #store(flushed: Promised<void>): Promise<void> {
    if (this.#storing || this.#registry === null) return void flushed.set();
    this.#storing = true;
    while (this.#queue.length > 0) {
      const batch = this.#queue;
      this.#queue = [];
      const before: Registry = this.#registry;
      const started = this.clock.now;
      const { registry, outcomes } = applyAll(before, batch);
      if (registry !== before) {
        const took = printDuration(this.clock.now - started);
        this.log.info(`Applied ${batch.length} operations in ${took}; attempting to update the registry`);
        await this.#write(registry);
      }
      this.#registry = registry;
      for (const { done, outcome } of outcomes) settle(done, outcome);
    }
    this.#storing = false;
    flushed.set();
  }

  async #write(registry: Registry): Promise<void> {
    const started = this.clock.now;
    await this.turn(this.storage.store(registry));
    this.log.info(`Successfully updated the registry in ${printDuration(this.clock.now - started)}`);
  }
}

/** How much the registry takes when it is written, for people. */
export function registrySize(registry: Registry): string {
  return printBytes(toProtobuf(Registry, registry).length);
}

type Outcome = boolean | Failure;

function applyAll(before: Registry, batch: readonly Queued[]) {
  let registry = before;
  const outcomes = batch.map(({ operation, done }) => {
    const next = attempt(operation, registry);
    const outcome: Outcome = next instanceof Failure ? next : next !== registry;
    if (!(next instanceof Failure)) registry = next;
    return { done, outcome };
  });
  return { registry, outcomes };
}

/** An operation that cannot be done fails alone; a bug in one goes on to kill the registrar. */
function attempt(operation: RegistryOperation, registry: Registry): Registry | Failure {
  try {
    return operation(registry);
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
}

function settle(done: Promised<boolean>, outcome: Outcome): void {
  if (outcome instanceof Failure) done.fail(outcome);
  else done.set(outcome);
}
