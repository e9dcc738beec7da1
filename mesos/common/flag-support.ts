/**
 * Flags that Mesos has and this program does not do yet: refused with a sentence when they are asked for, never
 * silently ignored, and listed for the table of what is supported.
 */
import { Failure } from '../../libprocess/index.ts';
import type { Flag } from './flags.ts';

export interface FlagLimits<Name extends string> {
  /** Flags without a function, with what to say to who sets them to anything but their default. */
  readonly refused: Partial<Readonly<Record<Name, string>>>;
  /** Flags that take only what is listed. */
  readonly choices: Partial<Readonly<Record<Name, { readonly values: readonly string[]; readonly otherwise: string }>>>;
}

type Flags<Name extends string> = Readonly<Record<Name, Flag>>;

/** @throws Failure BAD_FLAG with a message for the operator. */
export function refuseUnsupported<Name extends string>(
  flags: Flags<Name>,
  values: Readonly<Record<Name, unknown>>,
  { refused, choices }: FlagLimits<Name>,
): void {
  for (const name of namesOf(flags)) {
    const advice = refused[name];
    const usual: unknown = flags[name].default;
    if (advice !== undefined && values[name] !== usual) throw badFlag(`--${name} is not supported: ${advice}`);
  }
  for (const name of namesOf(flags)) {
    const choice = choices[name];
    const value = String(values[name]);
    if (choice !== undefined && !choice.values.includes(value)) {
      throw badFlag(`--${name}=${value} is not supported: ${choice.otherwise}`);
    }
  }
}

/** What to say of each flag in the table of what is supported. */
export function supportOfFlags<Name extends string>(
  flags: Flags<Name>,
  limits: FlagLimits<Name>,
): Readonly<Record<string, string>> {
  return Object.fromEntries(namesOf(flags).map(name => [name, supportOf(name, limits)]));
}

export function badFlag(message: string): Failure {
  return new Failure(message, 'BAD_FLAG');
}

function supportOf<Name extends string>(name: Name, { refused, choices }: FlagLimits<Name>): string {
  const advice = refused[name];
  if (advice !== undefined) return `refused: ${advice}`;
  const choice = choices[name];
  return choice === undefined ? 'implemented' : `implemented: ${choice.values.join(' or ')}; ${choice.otherwise}`;
}

function namesOf<Name extends string>(flags: Flags<Name>): Name[] {
  return Object.keys(flags) as Name[]; // The table has these names and no others.
}
