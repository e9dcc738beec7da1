/**
 * Logging: events with fields, in the shape that pino has. A daemon passes pino; the default writes warnings and
 * errors to stderr; a simulation collects.
 */
export interface Logger {
  debug: LogLine;
  info: LogLine;
  warn: LogLine;
  error: LogLine;
  fatal: LogLine;
}

interface LogLine {
  (message: string): void;
  (fields: object, message: string): void;
}

/** How grave a line is; `fatal` is the gravest. */
export type LogLevel = keyof Logger;

/** How much a log says besides the usual: 0 nothing, 1 debug lines, more still more. */
export interface Verbosity {
  level: number;
}

/** A logger that hands every line to `write`. */
export function logger(write: (level: LogLevel, message: string, fields: object) => void): Logger {
  const line = (level: LogLevel): LogLine => {
    return (first: string | object, second?: string) => {
      if (typeof first === 'string') write(level, first, {});
      else write(level, second ?? '', first);
    };
  };
  return { debug: line('debug'), info: line('info'), warn: line('warn'), error: line('error'), fatal: line('fatal') };
}

/** Warnings and worse, to stderr. */
export const stderrLogger: Logger = logger((level, message, fields) => {
  if (level === 'debug' || level === 'info') return;
  const rest = Object.keys(fields).length === 0 ? '' : ` ${printFields(fields)}`;
  process.stderr.write(`${level.toUpperCase()} ${message}${rest}\n`);
});

/** `fields` as JSON, errors with their stack. */
export function printFields(fields: object): string {
  return JSON.stringify(fields, (_key, value: unknown) =>
    value instanceof Error ? (value.stack ?? value.message) : value,
  );
}
