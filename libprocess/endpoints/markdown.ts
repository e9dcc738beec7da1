/**
 * The little of Markdown that help texts are written in, as HTML. Pure.
 *
 *   ### TITLE ###     heading            >        text     as it stands, line by line
 *   - item            list               `code`, *stressed*, and paragraphs between empty lines
 *
 * Source: the help texts of libprocess and Mesos (help.hpp); their pages leave it to the browser.
 */

/** `text` as HTML; nothing in it is taken for HTML itself. */
export function renderMarkdown(text: string): string {
  return blocksOf(text.split('\n')).map(render).join('');
}

type Kind = 'heading' | 'quote' | 'item' | 'text' | 'nothing';

interface Block {
  readonly kind: Kind;
  readonly lines: string[];
}

/** Lines of one kind, one after the other, belong together; a heading and an item are each alone. */
function blocksOf(lines: readonly string[]): Block[] {
  const blocks: Block[] = [];
  for (const line of lines) {
    const kind = kindOf(line);
    const last = blocks.at(-1);
    if (last?.kind === kind && (kind === 'quote' || kind === 'text')) last.lines.push(line);
    else blocks.push({ kind, lines: [line] });
  }
  return blocks;
}

function kindOf(line: string): Kind {
  if (line.trim() === '') return 'nothing';
  if (/^#+ /.test(line)) return 'heading';
  if (line.startsWith('>')) return 'quote';
  return /^[-*] /.test(line) ? 'item' : 'text';
}

function render({ kind, lines }: Block): string {
  const [first = ''] = lines;
  switch (kind) {
    case 'heading':
      return `<h3>${inline(first.replace(/^#+ | #+$/g, ''))}</h3>`;
    case 'quote':
      return `<pre>${lines.map(line => escapeHtml(line.replace(/^> {0,8}/, ''))).join('\n')}</pre>`;
    case 'item':
      return `<li>${inline(first.slice(2))}</li>`;
    case 'text':
      return `<p>${inline(lines.join('\n'))}</p>`;
    case 'nothing':
      return '';
  }
}

function inline(text: string): string {
  return escapeHtml(text)
    .replace(/`([^`]+)`/g, '<code>$1</code>')
    .replace(/\*([^*\s][^*]*)\*/g, '<em>$1</em>');
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, character => ENTITIES[character] ?? character);
}
