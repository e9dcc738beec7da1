/**
 * Numbers and times for people. Pure.
 */

const COUNT = new Intl.NumberFormat('en-US');

export function count(number: number): string {
  return COUNT.format(Math.round(number));
}

/** `0.04`, `3.2`, `118`: as many digits as matter. */
export function digits(number: number): string {
  const size = Math.abs(number);
  if (size === 0) return '0';
  if (size < 1) return number.toFixed(2);
  return size < 100 ? number.toFixed(1) : count(number);
}

/** `240 µs`, `3.2 ms`, `1.5 s`, `2 min`. */
export function duration(ms: number): string {
  const size = Math.abs(ms);
  if (size < 0.0005) return '0';
  if (size < 1) return `${Math.round(ms * 1_000)} µs`;
  if (size < 1_000) return `${digits(ms)} ms`;
  if (size < 120_000) return `${digits(ms / 1_000)} s`;
  return `${digits(ms / 60_000)} min`;
}

export function bytes(size: number): string {
  if (size < 1_024) return `${size} B`;
  if (size < 1_048_576) return `${digits(size / 1_024)} KiB`;
  return `${digits(size / 1_048_576)} MiB`;
}

/** `14:03:07.512`, in the reader's own zone. */
export function clock(ms: number): string {
  const date = new Date(ms);
  const two = (number: number): string => String(number).padStart(2, '0');
  const time = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
  return `${time}.${String(date.getMilliseconds()).padStart(3, '0')}`;
}

/** The last word of a name: `RunTaskMessage` of `mesos.internal.RunTaskMessage`; methods and routes stay whole. */
export function shortName(name: string): string {
  return /^[a-z][\w]*(\.[a-z]\w*)*\.[A-Z]\w*$/.test(name) ? name.slice(name.lastIndexOf('.') + 1) : name;
}
