/**
 * Which texts may name a task, an executor, a framework, a container or a volume: they become names of folders.
 *
 * Source: Mesos src/common/validation.cpp (validateID).
 */

const LENGTH_MAX = 255; // NAME_MAX of Linux.

/** What is wrong with `id`; null when nothing is. */
export function validateId(id: string): string | null {
  if (id === '') return 'ID must not be empty';
  if (Buffer.byteLength(id) > LENGTH_MAX) return `ID must not be greater than ${LENGTH_MAX} characters`;
  if (id === '.' || id === '..') return `'${id}' is disallowed`;
  return [...id].some(isInvalid) ? `'${id}' contains invalid characters` : null;
}

function isInvalid(character: string): boolean {
  return character < ' ' || character === DELETE || character === '/' || character === '\\';
}

const DELETE = String.fromCharCode(0x7f);
