/**
 * Rules as people write them in a form, and as they read them. Pure.
 */
import type { Rule } from '../../../../libprocess/trace.ts';

export interface RuleText {
  readonly action: Rule['action'];
  readonly actor: string;
  readonly name: string;
  readonly where: Readonly<Record<string, string>>;
  readonly ms: string;
  readonly times: string;
}

/** Its id says what it does, so that the same rule is not there twice. */
export function ruleOf({ action, actor, name, where, ms, times }: RuleText): Rule {
  const rule = {
    action,
    actor,
    name: name.trim(),
    ...(Object.keys(where).length > 0 ? { where } : {}),
    ...(action === 'delay' ? { ms: Number(ms) || 0 } : {}),
    ...(action !== 'delay' && Number(times) > 0 ? { times: Number(times) } : {}),
  };
  return { id: describeRule({ id: '', ...rule }), ...rule };
}

/** `path=value`, several with commas between; null when it is none. */
export function parseWhere(text: string): Record<string, string> | null {
  const where: Record<string, string> = {};
  for (const part of text.split(',').map(each => each.trim())) {
    if (part === '') continue;
    const at = part.indexOf('=');
    if (at <= 0) return null;
    where[part.slice(0, at).trim()] = part.slice(at + 1).trim();
  }
  return where;
}

/** `drop StatusUpdateMessage at slave(1) where status.state=TASK_RUNNING, 3 times`. */
export function describeRule({ action, actor, name, where, ms, times }: Rule): string {
  const conditions = Object.entries(where ?? {}).map(([path, value]) => `${path}=${value}`);
  return [
    action,
    name || 'everything',
    actor === '' ? '' : `at ${actor}`,
    conditions.length > 0 ? `where ${conditions.join(', ')}` : '',
    action === 'delay' ? `by ${ms ?? 0} ms` : '',
    times === undefined || times === 0 ? '' : times === 1 ? 'once' : `${times} times`,
  ]
    .filter(part => part !== '')
    .join(' ');
}
