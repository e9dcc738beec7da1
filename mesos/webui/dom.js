/**
 * Elements, and tables that change only where their data did: what somebody reads, selects or focuses stays in place.
 * Text is always text: nothing that the master says is ever read as HTML.
 */

/** @param {Record<string, string>} attributes @param {(Node | string)[]} children */
export function element(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...children);
  return node;
}

export function byId(id) {
  const node = document.getElementById(id);
  if (node === null) throw new Error(`the page has no #${id}`);
  return node;
}

export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** Only web addresses become links: a framework may have written anything. */
export function link(text, href) {
  return /^https?:\/\//i.test(href) ? element('a', { href, rel: 'noreferrer' }, text) : element('span', {}, text);
}

/**
 * A table in `holder` that follows its data.
 *
 *   columns: { title, className?, cell: item => string | { key: string, nodes: () => Node[] } }
 *
 * A cell's nodes are made anew only when its key changes.
 */
export class Table {
  constructor(holder, caption, columns, emptyText) {
    this.columns = columns;
    this.rows = new Map();
    this.body = element('tbody');
    const titles = columns.map(({ title, className = '' }) => element('th', { scope: 'col', class: className }, title));
    const head = element('thead', {}, element('tr', {}, ...titles));
    this.table = element('table', { 'aria-label': caption }, head, this.body);
    this.empty = element('p', { class: 'empty' }, ...emptyText);
    holder.append(this.table, this.empty);
    this.show([], () => '');
  }

  /** @param keyOf - what makes an item the same one as a second ago */
  show(items, keyOf) {
    this.table.hidden = items.length === 0;
    this.empty.hidden = items.length > 0;
    const gone = new Set(this.rows.keys());
    let place = this.body.firstElementChild;
    for (const item of items) {
      const key = keyOf(item);
      gone.delete(key);
      const row = this.rows.get(key) ?? this.#add(key);
      if (row.node === place) place = place.nextElementSibling;
      else this.body.insertBefore(row.node, place);
      this.#fill(row, item);
    }
    for (const key of gone) {
      this.rows.get(key).node.remove();
      this.rows.delete(key);
    }
  }

  #add(key) {
    const cells = this.columns.map(({ className = '' }) => element('td', { class: className }));
    const row = { node: element('tr', {}, ...cells), cells, keys: cells.map(() => null) };
    this.rows.set(key, row);
    return row;
  }

  #fill(row, item) {
    this.columns.forEach(({ cell }, index) => {
      const content = cell(item);
      const key = typeof content === 'string' ? content : content.key;
      if (row.keys[index] === key) return;
      row.keys[index] = key;
      row.cells[index].replaceChildren(...(typeof content === 'string' ? [content] : content.nodes()));
    });
  }
}
