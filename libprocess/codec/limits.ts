/** What a body from elsewhere may cost. Its bytes are limited before, by the frame or the HTTP body that it came in. */
import { Failure, MALFORMED } from '../failure.ts';

export interface Limits {
  /** The longest list (or largest map) in a body. */
  readonly lengthMax: number;
  /** How deep structs may hold one another: only those that hold themselves can reach it. */
  readonly depthMax: number;
}

export const LIMITS: Limits = { lengthMax: 1_000_000, depthMax: 100 };

export function tooDeep(name: string, limits: Limits): Failure {
  return new Failure(`${name}: nested deeper than ${limits.depthMax}`, MALFORMED);
}

export function tooLong(name: string, length: number, limits: Limits): Failure {
  return new Failure(`${name}: ${length} elements, more than ${limits.lengthMax}`, MALFORMED);
}
