/**
 * Attributes: facts about an agent, `rack:r1;zone:[1-3, 5-6];gen:2.5`.
 *
 * Source: Mesos src/common/attributes.cpp.
 */
import { Failure, MALFORMED } from '../../libprocess/index.ts';
import type { Attribute } from '../protocol/values.ts';
import { fromThousandths, parseValue, printValue, thousandths } from './values.ts';

/**
 * Reads the text of `--attributes`; pairs are separated by `;` or line ends.
 *
 * @throws Failure MALFORMED where a pair has no `:`, and for sets, which no attribute can be.
 */
export function parseAttributes(text: string): Attribute[] {
  return text
    .split(/[;\n]/)
    .map(pair => pair.trim())
    .filter(pair => pair !== '')
    .map(parseAttribute);
}

function parseAttribute(pair: string): Attribute {
  const colon = pair.indexOf(':');
  if (colon < 1 || colon === pair.length - 1) throw invalid(pair);
  const value = parseValue(pair.slice(colon + 1));
  if (value.type === 'SET') throw invalid(pair);
  return { name: pair.slice(0, colon).trim(), ...value };
}

function invalid(pair: string): Failure {
  return new Failure(`Invalid attribute key:value pair '${pair}'`, MALFORMED);
}

/** As endpoints show them: numbers stay numbers, all else is text. */
export function attributesSummary(attributes: readonly Attribute[]): Record<string, number | string> {
  return Object.fromEntries(attributes.map(each => [each.name, summaryOf(each)]));
}

function summaryOf(attribute: Attribute): number | string {
  if (attribute.type === 'SCALAR') return fromThousandths(thousandths(attribute.scalar?.value ?? 0));
  return printValue(attribute);
}

/** `rack=r1; gen=2.5`, as logs show them. */
export function printAttributes(attributes: readonly Attribute[]): string {
  return attributes.map(each => `${each.name}=${printValue(each)}`).join('; ');
}
