/**
 * The log of a daemon: pino. On a terminal its lines are for people, otherwise JSON, one object a line. Writes are
 * synchronous, so that the last line before a crash is there.
 *
 * Source: Mesos src/logging/logging.cpp (`--logging_level`, `--quiet`), glog.
 */
import { isatty } from 'node:tty';
import type { DestinationStream } from 'pino';
import type { Logger, Verbosity } from './log.ts';

/** glog's names, and `FATAL`. */
export type LoggingLevel = 'INFO' | 'WARNING' | 'ERROR' | 'FATAL';

/** What a daemon's log shows, and where it goes. */
export interface LoggingOptions {
  /** What lines are said to come from: `mesos-master`… */
  readonly name: string;
  /** The least that is logged; INFO when absent. */
  readonly level?: LoggingLevel | undefined;
  /** Nothing to stderr. */
  readonly quiet?: boolean | undefined;
  /** A file that takes the lines too, as JSON, appended to. Its folder is made. */
  readonly file?: string | undefined;
  /** In place of stderr. */
  readonly output?: DestinationStream | undefined;
  /** Lines for people; by default where stderr is a terminal. */
  readonly pretty?: boolean | undefined;
}

/** The log of a daemon: what actors write to, and how it is ended. */
export interface Logging {
  readonly log: Logger;
  readonly verbosity: Verbosity;
}

const LEVELS = { INFO: 'info', WARNING: 'warn', ERROR: 'error', FATAL: 'fatal' } as const;
const STDERR = 2;

/** The log, once pino is loaded: scripts that log nothing need not wait for it. */
export async function startLogging(options: LoggingOptions): Promise<Logging> {
  const { multistream, pino, stdSerializers } = await import('pino');
  const streams = await destinations(options);
  const usual = LEVELS[options.level ?? 'INFO'];
  const log = pino(
    {
      level: usual,
      base: { name: options.name },
      timestamp: pino.stdTimeFunctions.isoTime,
      serializers: { error: stdSerializers.errWithCause },
      formatters: { level: level => ({ level }) },
    },
    multistream(streams.map(stream => ({ stream, level: 'trace' }))),
  );
  let verbosity = 0;
  return {
    log,
    verbosity: {
      get level(): number {
        return verbosity;
      },
      set level(level: number) {
        verbosity = level;
        log.level = level === 0 ? usual : level === 1 ? 'debug' : 'trace';
      },
    },
  };
}

async function destinations(options: LoggingOptions): Promise<DestinationStream[]> {
  const { quiet, file, output, pretty = isatty(STDERR) } = options;
  const { destination } = await import('pino');
  const all: DestinationStream[] = [];
  if (quiet !== true) {
    const stderr = output ?? destination({ dest: STDERR, sync: true });
    all.push(pretty ? await forPeople(stderr) : stderr);
  }
  if (file !== undefined) all.push(destination({ dest: file, sync: true, append: true, mkdir: true }));
  return all;
}

async function forPeople(stream: DestinationStream): Promise<DestinationStream> {
  const { prettyFactory } = await import('pino-pretty');
  const print = prettyFactory({ colorize: true, translateTime: 'SYS:HH:MM:ss.l', ignore: 'name' });
  return { write: line => stream.write(print(line)) };
}
