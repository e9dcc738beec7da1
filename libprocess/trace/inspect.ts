/**
 * The fields of an actor, private ones included, for people to look at. V8's inspector tells them: nothing else may look
 * into `#fields`. It costs milliseconds, and only where somebody asks.
 */
import { Session } from 'node:inspector';
import { printPayload } from './payload.ts';

/** Fields that belong to the runtime, and every actor has. */
export const RUNTIME_FIELD = /^\$|^(pid|runtime)$/;
/** How the object gets to the inspector, which knows the world by names only. */
const HANDLE = Symbol.for('libprocess.inspected');

interface Property {
  readonly name: string;
  readonly value?: { readonly objectId?: string; readonly value?: unknown; readonly description?: string };
}

/** The fields of one object, by name, private ones included. */
export type Look = (object: object) => readonly (readonly [name: string, value: unknown])[];

/** Name and value of each field of `object`; values as `printPayload` shows them. */
export function fieldsOf(object: object): Record<string, unknown> {
  return inspecting(look => {
    const fields = Object.fromEntries(look(object).filter(([name]) => !RUNTIME_FIELD.test(name)));
    return printPayload(fields) as Record<string, unknown>;
  });
}

/** Lets `inspect` look into as many objects as it likes. */
export function inspecting<T>(inspect: (look: Look) => T): T {
  const session = new Session();
  session.connect();
  try {
    return inspect(object => propertiesOf(session, object));
  } finally {
    session.disconnect();
  }
}

function propertiesOf(session: Session, object: object): [string, unknown][] {
  const expose = globalThis as { [HANDLE]?: unknown };
  const collected: unknown[] = [];
  expose[HANDLE] = { object, collect: (value: unknown) => collected.push(value) };
  try {
    const handle = `globalThis[Symbol.for(${JSON.stringify(HANDLE.description)})]`;
    const collector = referenceTo(session, `${handle}.collect`);
    const { result, privateProperties = [] } = post(session, 'Runtime.getProperties', {
      objectId: referenceTo(session, `${handle}.object`),
      ownProperties: true,
    }) as { result: Property[]; privateProperties?: Property[] };
    // The inspector hands out references; a call of ours with each of them as its argument turns them into values.
    return [...result, ...privateProperties].map(({ name, value }) => {
      if (value?.objectId === undefined) return [name, value?.value ?? null];
      collected.length = 0;
      post(session, 'Runtime.callFunctionOn', {
        objectId: collector,
        functionDeclaration: 'function (value) { this(value); }',
        arguments: [{ objectId: value.objectId }],
      });
      return [name, collected[0]];
    });
  } finally {
    delete expose[HANDLE];
  }
}

function referenceTo(session: Session, expression: string): string {
  const { result } = post(session, 'Runtime.evaluate', { expression }) as { result: { objectId: string } };
  return result.objectId;
}

/** Sessions of one's own thread answer before the call returns. */
function post(session: Session, method: string, parameters: object): unknown {
  let answer: unknown;
  session.post(method, parameters, (error: Error | null, result?: object) => {
    if (error !== null) throw error;
    answer = result;
  });
  return answer;
}
