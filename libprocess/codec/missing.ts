/**
 * Which required fields a body lacks, named as protobuf names them: `framework_info.user, tasks[0].task_id.value`.
 *
 * A struct's own missing fields come in declaration order, then those of its parts in the order of their numbers.
 */
import type { Member, Struct } from '../schema.ts';

/** A body on its way: fields that are required may still be missing. */
export type Draft = { [name: string]: unknown };

export function missingFields(struct: Struct<unknown>, body: Draft, prefix = ''): string[] {
  const own = struct.members.filter(member => member.rule === 'required' && body[member.name] === undefined);
  const names = own.map(member => prefix + member.jsonName);
  for (const member of partsOf(struct)) names.push(...missingInPart(member, body[member.name], prefix));
  return names;
}

function missingInPart(member: Member, value: unknown, prefix: string): string[] {
  const struct = member.schema;
  if (value === undefined || struct.kind !== 'struct') return [];
  const at = prefix + member.jsonName;
  if (member.rule === 'repeated') {
    return (value as Draft[]).flatMap((each, index) => missingFields(struct, each, `${at}[${index}].`));
  }
  if (member.rule === 'map') {
    return Object.values(value as Record<string, Draft>).flatMap((each, index) =>
      missingFields(struct, each, `${at}[${index}].value.`),
    );
  }
  return missingFields(struct, value as Draft, `${at}.`);
}

const parts = new WeakMap<Struct<unknown>, readonly Member[]>();

function partsOf(struct: Struct<unknown>): readonly Member[] {
  let members = parts.get(struct);
  if (members === undefined) {
    members = struct.members.filter(each => each.schema.kind === 'struct').sort((a, b) => a.number - b.number);
    parts.set(struct, members);
  }
  return members;
}
