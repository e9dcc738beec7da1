/**
 * A list of any length of which only what is seen exists: rows are moved and filled anew as one scrolls.
 *
 * One tab stop; arrows, page keys, Home and End move the selection.
 */
import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';

/** Rows beyond either edge that are there already when they come into sight. */
const SPARE = 6;
/** Room that the head takes, as the style sheet says. */
const HEAD_PX = 28;

export interface VirtualListProps {
  readonly label: string;
  readonly length: number;
  readonly rowHeight: number;
  /** Stays at the top. */
  readonly head: ComponentChildren;
  /** The selected row; -1 for none. */
  readonly selected: number;
  /** True to stay at the end as the list grows. */
  readonly follow: boolean;
  onFollow(follow: boolean): void;
  onSelect(index: number): void;
  onOpen?(index: number): void;
  row(index: number): ComponentChildren;
  /** Attributes of a row's element. */
  attributes?(index: number): Record<string, string | undefined>;
}

export function VirtualList(props: VirtualListProps) {
  const { length, rowHeight, selected, follow } = props;
  const element = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  const [height, setHeight] = useState(600);
  useResize(element, setHeight);

  useLayoutEffect(() => {
    if (follow && element.current !== null) element.current.scrollTop = element.current.scrollHeight;
  }, [follow, length, rowHeight]);

  useLayoutEffect(() => {
    if (selected >= 0 && element.current !== null) reveal(element.current, selected * rowHeight, rowHeight);
  }, [selected, rowHeight]);

  const onScroll = (): void => {
    const list = element.current;
    if (list === null) return;
    setTop(list.scrollTop);
    const isAtEnd = list.scrollTop + list.clientHeight >= list.scrollHeight - rowHeight;
    if (isAtEnd !== follow && (isAtEnd || list.scrollTop < top)) props.onFollow(isAtEnd);
  };

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const page = Math.max(1, Math.floor(height / rowHeight) - 1);
    const next = moved(event.key, selected, length, page);
    if (next !== null) {
      props.onFollow(false);
      props.onSelect(next);
    } else if (event.key === 'Enter' && selected >= 0) props.onOpen?.(selected);
    else return;
    event.preventDefault();
  };

  const first = Math.max(0, Math.floor(top / rowHeight) - SPARE);
  const last = Math.min(length, Math.ceil((top + height) / rowHeight) + SPARE);
  // Rows keep their elements while they scroll by: the key is the place in a pool, not the row's number.
  const pool = Math.ceil(height / rowHeight) + 2 * SPARE + 1;
  const rows: ComponentChildren[] = [];
  for (let index = first; index < last; index++) {
    rows.push(
      // biome-ignore lint/a11y/useSemanticElements: rows lie at places of their own, which a table's do not.
      <div
        key={index % pool}
        class="row"
        role="row"
        tabIndex={-1}
        id={`row-${index}`}
        aria-rowindex={index + 1}
        aria-selected={index === selected}
        style={{ transform: `translateY(${index * rowHeight}px)` }}
        {...props.attributes?.(index)}
      >
        {props.row(index)}
      </div>,
    );
  }
  return (
    // biome-ignore lint/a11y/useSemanticElements: a table cannot leave out rows that nobody sees.
    <div
      ref={element}
      class="list"
      role="grid"
      tabIndex={0}
      aria-label={props.label}
      aria-rowcount={length}
      aria-activedescendant={selected >= first && selected < last ? `row-${selected}` : undefined}
      onScroll={onScroll}
      onKeyDown={onKeyDown}
      onClick={event => onRow(event, props.onSelect)}
      onDblClick={event => onRow(event, props.onOpen)}
    >
      {props.head}
      <div class="rows" style={{ height: `${length * rowHeight}px` }}>
        {rows}
      </div>
    </div>
  );
}

function onRow(event: MouseEvent, act: ((index: number) => void) | undefined): void {
  const target = event.target as Element;
  const index = target.closest('[aria-rowindex]')?.getAttribute('aria-rowindex');
  // A link in a row leads to where it says.
  if (index !== null && index !== undefined && target.closest('button') === null) act?.(Number(index) - 1);
}

function moved(key: string, selected: number, length: number, page: number): number | null {
  const to = (index: number): number => Math.min(length - 1, Math.max(0, index));
  if (length === 0) return null;
  if (key === 'ArrowDown' || key === 'j') return to(selected + 1);
  if (key === 'ArrowUp' || key === 'k') return to(selected - 1);
  if (key === 'PageDown') return to(selected + page);
  if (key === 'PageUp') return to(selected - page);
  if (key === 'Home') return 0;
  return key === 'End' ? length - 1 : null;
}

function reveal(list: HTMLElement, top: number, rowHeight: number): void {
  const room = list.clientHeight - HEAD_PX;
  if (top < list.scrollTop) list.scrollTop = top - rowHeight;
  else if (top + rowHeight > list.scrollTop + room) list.scrollTop = top + 2 * rowHeight - room;
}

function useResize(element: { readonly current: HTMLElement | null }, set: (height: number) => void): void {
  useEffect(() => {
    const list = element.current;
    if (list === null) return;
    const observer = new ResizeObserver(() => set(list.clientHeight));
    observer.observe(list);
    return () => observer.disconnect();
  }, [element, set]);
}
