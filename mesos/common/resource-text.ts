/**
 * Resources as operators write them: `cpus:8;cpus(web):4;mem:16384;ports:[8000-8999, 31000-32000];zones(web):{z1, z2}`,
 * or a JSON array of Resource objects where text cannot say enough (disks, principals).
 *
 * Source: Mesos src/common/resources.cpp (Resources::parse, fromSimpleString, fromJSON).
 */
import { Failure, fromJson, MALFORMED } from '../../libprocess/index.ts';
import { Resource } from '../protocol/resources.ts';
import type { Value } from '../protocol/values.ts';
import { validateResource } from './resource-validation.ts';
import { Resources } from './resources.ts';
import { DEFAULT_ROLE } from './roles.ts';
import { parseValue } from './values.ts';

/**
 * @param defaultRole - whom resources without a role are reserved for.
 * @throws Failure MALFORMED
 */
export function parseResources(text: string, defaultRole = DEFAULT_ROLE): Resources {
  return Resources.from(parseResourceList(text, defaultRole));
}

/** One by one as they stand in the text, what is zero included. */
export function parseResourceList(text: string, defaultRole = DEFAULT_ROLE): Resource[] {
  const resources = text.trim().startsWith('[') ? parseJson(text, defaultRole) : parseTokens(text, defaultRole);
  for (const resource of resources) refuseInvalid(resource);
  refuseMixedTypes(resources);
  return resources;
}

function parseJson(text: string, defaultRole: string): Resource[] {
  return jsonArray(text).map(json => {
    const resource = fromJson(Resource, json);
    const reserved = resource.role !== undefined || (resource.reservations?.length ?? 0) > 0;
    return reserved ? resource : { ...resource, role: defaultRole };
  });
}

function jsonArray(text: string): unknown[] {
  try {
    const json: unknown = JSON.parse(text);
    if (Array.isArray(json)) return json;
  } catch (error) {
    if (error instanceof SyntaxError) throw new Failure('Failed to parse JSON resources', MALFORMED, { cause: error });
    throw error;
  }
  throw new Failure('Expecting a JSON array of resources', MALFORMED);
}

function parseTokens(text: string, defaultRole: string): Resource[] {
  return text
    .split(/[;\n]/)
    .map(token => token.trim())
    .filter(token => token !== '')
    .map(token => parseToken(token, defaultRole));
}

function parseToken(token: string, defaultRole: string): Resource {
  const [label, value, ...more] = token.split(':');
  if (label === undefined || value === undefined || more.length > 0) {
    throw bad(`missing or extra ':' in ${token}`);
  }
  const found = /^([^()]*)(?:\(([^()]*)\))?$/.exec(label.trim());
  if (found === null) throw bad(`mismatched parentheses in ${token}`);
  const name = (found[1] ?? '').trim();
  return { name, ...typed(name, value), role: found[2]?.trim() ?? defaultRole };
}

function typed(name: string, text: string): Pick<Resource, 'type' | 'scalar' | 'ranges' | 'set'> {
  const value = readValue(name, text);
  if (value.type === 'TEXT') throw unreadable(name, text, 'Expecting a number, ranges or a set');
  return value;
}

function readValue(name: string, text: string): Value {
  try {
    return parseValue(text);
  } catch (error) {
    if (error instanceof Failure) throw unreadable(name, text, error.message);
    throw error;
  }
}

function unreadable(name: string, text: string, error: string): Failure {
  return new Failure(`Failed to parse resource ${name} value ${text.trim()} error ${error}`, MALFORMED);
}

function bad(what: string): Failure {
  return new Failure(`Bad value for resources, ${what}`, MALFORMED);
}

function refuseInvalid(resource: Resource): void {
  const error = validateResource(resource);
  if (error !== null) throw new Failure(`Invalid resource '${resource.name}': ${error}`, MALFORMED);
}

function refuseMixedTypes(resources: readonly Resource[]): void {
  const types = new Map<string, string>();
  for (const { name, type } of resources) {
    const known = types.get(name);
    if (known !== undefined && known !== type) {
      throw new Failure(`Resources with the same name ('${name}') but different types are not allowed`, MALFORMED);
    }
    types.set(name, type);
  }
}
