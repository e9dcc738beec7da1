/**
 * Roles: whom resources are offered to and reserved for. They form a tree by their names: `eng/web` lies under `eng`.
 *
 * Source: Mesos src/common/roles.cpp, docs/roles.md.
 */

/** The role of those who named none; nothing can be reserved for it. */
export const DEFAULT_ROLE = '*';

/** What is wrong with `role` as a name; null when it is fine. */
export function validateRole(role: string): string | null {
  if (role === '') return 'Role names cannot be the empty string';
  if (role === DEFAULT_ROLE) return null;
  if (role.startsWith('/')) return `Role '${role}' cannot start with a slash`;
  if (role.endsWith('/')) return `Role '${role}' cannot end with a slash`;
  if (role.includes('//')) return `Role '${role}' cannot contain two adjacent slashes`;
  for (const component of role.split('/')) {
    const error = validateComponent(role, component);
    if (error !== null) return error;
  }
  return null;
}

/** Backspace and what C calls white space. */
const UNPRINTABLE = /[\b\t\n\v\f\r ]/;

function validateComponent(role: string, component: string): string | null {
  if (['.', '..', '*'].includes(component)) return `Role '${role}' cannot include '${component}' as a component`;
  if (component.startsWith('-')) return `Role component '${component}' is invalid because it starts with a dash`;
  if (UNPRINTABLE.test(component)) {
    return `Role component '${component}' is invalid because it contains backspace or whitespace`;
  }
  return null;
}

/** Whether `role` lies under `ancestor`: `eng/web` under `eng`. */
export function strictlyUnder(role: string, ancestor: string): boolean {
  return role.length > ancestor.length && role.charCodeAt(ancestor.length) === SLASH && role.startsWith(ancestor);
}

const SLASH = 0x2f;

/** `eng/web/front` → `eng/web`, `eng`. */
export function ancestorsOf(role: string): string[] {
  const ancestors: string[] = [];
  for (let at = role.lastIndexOf('/'); at > 0; at = role.lastIndexOf('/', at - 1)) ancestors.push(role.slice(0, at));
  return ancestors;
}

/** The role at the top: `eng/web` → `eng`. */
export function topLevelRole(role: string): string {
  const slash = role.indexOf('/');
  return slash < 0 ? role : role.slice(0, slash);
}

export function isHierarchical(role: string): boolean {
  return role.includes('/');
}
