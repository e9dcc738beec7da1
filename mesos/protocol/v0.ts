/**
 * The v0 spelling: the JSON of the older HTTP endpoints, where an agent is still called slave.
 *
 *   toJson(TaskStatus, status)       {"agent_id": …, "source": "SOURCE_AGENT", "reason": "REASON_AGENT_REMOVED"}
 *   toJson(v0(TaskStatus), status)   {"slave_id": …, "source": "SOURCE_SLAVE", "reason": "REASON_SLAVE_REMOVED"}
 *
 * Bodies, numbers and protobuf bytes are the same in both. Younger names have agent in both: `agent_capabilities`,
 * AGENT_UPDATE, AGENT_DRAINING, AGENT_OPERATION_FEEDBACK. The operator API is v1 only.
 */
import { renamed, type Struct } from '../../libprocess/index.ts';

const FIELDS: ReadonlyMap<string, string> = new Map([
  ['agent', 'slave'],
  ['agents', 'slaves'],
  ['agent_id', 'slave_id'],
  ['agent_info', 'slave_info'],
]);

const known = new WeakMap<Struct<unknown>, Struct<unknown>>();

/** The schema of the same bodies whose JSON is spelled as in v0. */
export function v0<T>(schema: Struct<T>): Struct<T> {
  let older = known.get(schema) as Struct<T> | undefined; // A struct is kept with the renamed form of its own bodies.
  if (older === undefined) {
    older = renamed(schema, spell);
    known.set(schema, older);
  }
  return older;
}

function spell(name: string): string {
  return FIELDS.get(name) ?? name.replace(/^(SOURCE|REASON)_AGENT/, '$1_SLAVE');
}
