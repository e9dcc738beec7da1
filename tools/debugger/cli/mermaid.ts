/**
 * Steps as a sequence diagram of Mermaid, for documents: GitHub and most viewers of Markdown draw it. Pure.
 *
 *   sequenceDiagram
 *     participant p0 as master
 *     participant p1 as slave(1)
 *     p0->>p1: RunTaskMessage
 */
import { idOf, type Step } from '../../../libprocess/trace.ts';

/** Without the fence of a Markdown page. */
export function mermaid(steps: readonly Step[]): string {
  const names = [...new Set(steps.flatMap(({ from, to }) => [from, to]))];
  const labels = labelsOf(names);
  const who = (name: string): string => `p${names.indexOf(name)}`;
  return [
    'sequenceDiagram',
    ...names.map((name, index) => `  participant p${index} as ${escaped(labels[index] ?? name)}`),
    ...steps.map(step => `  ${who(step.from)}${arrow(step)}${who(step.to)}: ${escaped(said(step))}`),
  ].join('\n');
}

function arrow({ dropped }: Step): string {
  return dropped === undefined ? '->>' : '-x';
}

function said({ name, dropped }: Step): string {
  return dropped === undefined ? name : `${name} (${dropped})`;
}

/** The id, or the whole PID where two have the same. */
function labelsOf(names: readonly string[]): string[] {
  const ids = names.map(name => idOf(name) || name);
  return names.map((name, index) => {
    const id = ids[index] ?? name;
    return ids.filter(each => each === id).length === 1 ? id : name;
  });
}

/** What Mermaid would read as its own syntax. */
function escaped(text: string): string {
  return text.replace(/[#;<>]/g, character => `#${character.charCodeAt(0)};`).replace(/\s+/g, ' ');
}
