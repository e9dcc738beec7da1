/**
 * The state of an actor, whole: its fields, and the fields of the objects below, private ones included, as plain data.
 *
 *   { '#context': { cluster: { tasks: { t1: { state: 'TASK_RUNNING' } } } }, '#parts': { accept: { context: '→ #context' } } }
 *
 * An object that several others hold is shown where it is met first, and pointed to from elsewhere. Actors, Refs, futures
 * and timers show what they are called. It costs milliseconds: for people who look.
 */
import { Future } from '../../future.ts';
import { PipeReader, PipeWriter } from '../../http/pipe.ts';
import { Counter, Metric, PushGauge } from '../../metrics/metric.ts';
import { Metrics } from '../../metrics/metrics.ts';
import { PID } from '../../pid.ts';
import { Process } from '../../process.ts';
import { Runtime } from '../../runtime.ts';
import { inspecting, type Look, RUNTIME_FIELD } from '../inspect.ts';
import { printPayload } from '../payload.ts';

const LIMITS = { values: 50_000, letters: 2_000, depth: 40 };
/** Objects whose private fields are looked up. */
const OBJECTS_MAX = 2_000;

/** What `process` holds, bounded, and without secrets. */
export function stateOf(process: Process): Record<string, unknown> {
  return inspecting(look => {
    const plain = new Explorer(look).fields(process, '');
    return printPayload(plain, LIMITS) as Record<string, unknown>;
  });
}

class Explorer {
  /** Where an object was met first. */
  readonly #places = new Map<object, string>();
  #looks = 0;

  constructor(private readonly look: Look) {}

  /** The fields of an object of a class. */
  fields(object: object, place: string): Record<string, unknown> {
    this.#places.set(object, place === '' ? 'this' : place);
    this.#looks += 1;
    const fields: Record<string, unknown> = {};
    for (const [name, value] of this.look(object)) {
      const isOwn = !(object instanceof Process && RUNTIME_FIELD.test(name));
      if (isOwn && typeof value !== 'function') fields[name] = this.#explore(value, below(place, name));
    }
    return fields;
  }

  #explore(value: unknown, place: string): unknown {
    if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
    if (value instanceof Counter || value instanceof PushGauge) return value.value;
    const name = nameOf(value);
    if (name !== null) return name;
    const known = this.#places.get(value);
    if (known !== undefined) return `→ ${known}`;
    if (Array.isArray(value)) return this.#list(value, place);
    if (value instanceof Map) return this.#map(value, place);
    if (value instanceof Set) return this.#list([...value], place);
    if (isPlain(value)) return this.#plain(value, place);
    return this.#looks < OBJECTS_MAX ? this.fields(value, place) : `[${value.constructor.name}]`;
  }

  /** Bodies are values, and shown wherever they are. */
  #plain(value: object, place: string): unknown {
    const isValue = Object.values(value).every(field => typeof field !== 'object' || field === null || isPlain(field));
    if (!isValue) this.#places.set(value, place);
    const named = Object.entries(value).filter(([, field]) => typeof field !== 'function');
    return Object.fromEntries(named.map(([name, field]) => [name, this.#explore(field, below(place, name))]));
  }

  #list(list: readonly unknown[], place: string): unknown[] {
    return list.map((item, index) => this.#explore(item, below(place, String(index))));
  }

  #map(map: ReadonlyMap<unknown, unknown>, place: string): unknown {
    this.#places.set(map, place);
    return Object.fromEntries(
      [...map].map(([key, item]) => [keyText(key), this.#explore(item, below(place, keyText(key)))]),
    );
  }
}

function below(place: string, name: string): string {
  return place === '' ? name : `${place}.${name}`;
}

function keyText(key: unknown): string {
  if (typeof key !== 'object' || key === null) return String(key);
  return nameOf(key) ?? `[${key.constructor.name}]`;
}

/** What belongs to the runtime, though actors hold it. */
const MACHINERY = [Runtime, Metrics, Metric, PipeReader, PipeWriter];

/** What stands for itself, and has nothing in it that is the actor's. */
function nameOf(value: object): string | null {
  if (value instanceof PID) return String(value);
  if (value instanceof Process) return `[${value.constructor.name} ${value.pid}]`;
  if (MACHINERY.some(each => value instanceof each)) return `[${value.constructor.name}]`;
  if (value instanceof Future) return `[Future ${value}]`;
  if (value instanceof Error || value instanceof Date || value instanceof RegExp) return String(value);
  if ('runtime' in value && value.runtime instanceof Runtime)
    return `[Ref ${String((value as { pid?: unknown }).pid)}]`;
  if ('cancel' in value && typeof value.cancel === 'function') return '[Timer]';
  return typeof (value as { toJSON?: unknown }).toJSON === 'function' ? String(value) : null;
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
