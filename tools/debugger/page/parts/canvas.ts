/**
 * A canvas as large as its place, sharp on every screen, and the page's colours for painting on it.
 */
import { useEffect, useState } from 'preact/hooks';
import { theme } from '../theme.ts';

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** The size of `element`, whenever it changes. */
export function useSize(element: { readonly current: HTMLElement | null }): Size {
  const [size, setSize] = useState<Size>({ width: 0, height: 0 });
  useEffect(() => {
    const box = element.current;
    if (box === null) return;
    const measure = (): void => setSize({ width: box.clientWidth, height: box.clientHeight });
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(box);
    return () => observer.disconnect();
  }, [element]);
  return size;
}

/** The canvas' context in CSS pixels, cleared; null while it has no size. */
export function prepare(canvas: HTMLCanvasElement | null, { width, height }: Size): CanvasRenderingContext2D | null {
  const context = canvas?.getContext('2d') ?? null;
  if (canvas === null || context === null || width === 0 || height === 0) return null;
  const scale = window.devicePixelRatio || 1;
  const [wide, high] = [Math.round(width * scale), Math.round(height * scale)];
  if (canvas.width !== wide || canvas.height !== high) {
    canvas.width = wide;
    canvas.height = high;
  }
  context.setTransform(scale, 0, 0, scale, 0, 0);
  context.clearRect(0, 0, width, height);
  return context;
}

let known = new Map<string, string>();
let knownTheme = '';

/** The value of a CSS variable (`--ink`), as the theme has it now. */
export function colour(variable: string): string {
  if (knownTheme !== theme.value) {
    known = new Map();
    knownTheme = theme.value;
  }
  let value = known.get(variable);
  if (value === undefined) {
    value = getComputedStyle(document.documentElement).getPropertyValue(variable).trim();
    known.set(variable, value);
  }
  return value;
}

/** The page's typefaces, for `context.font`. */
export function font(px: number, weight = 400, face: '--sans' | '--mono' = '--sans'): string {
  return `${weight} ${px}px ${colour(face)}`;
}

/** `text`, cut with an ellipsis where it is wider than `width`. */
export function fitted(context: CanvasRenderingContext2D, text: string, width: number): string {
  if (width < 12) return '';
  if (context.measureText(text).width <= width) return text;
  let [low, high] = [0, text.length];
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (context.measureText(`${text.slice(0, middle)}…`).width <= width) low = middle;
    else high = middle - 1;
  }
  return low === 0 ? '' : `${text.slice(0, low)}…`;
}
