/**
 * `/logging/toggle`: more log lines for a while.
 *
 *   original ── set(level, duration) ─▶ raised ── duration over ─▶ original
 *
 * Source: libprocess logging.cpp (`Logging::toggle`, `Logging::set_level`).
 */
import type { Timer } from '../clock.ts';
import { Failure } from '../failure.ts';
import { badRequest, ok, queryOf, type Request, type Response } from '../http/http.ts';
import type { Verbosity } from '../log.ts';
import { Process } from '../process.ts';
import { parseDuration } from '../units.ts';

const HELP = `Sets the logging verbosity level for a specified duration.

The libprocess library uses glog-like verbosity. It only logs debug lines with a level above 0.

Required query parameters:

>        level=VALUE          Verbosity level (e.g., 1, 2, 3)
>        duration=VALUE       Duration to keep verbosity level toggled (e.g., 10secs, 15mins, etc.)`;

const AUTHORIZATION = 'Where endpoints are authorized, the principal must be allowed to GET this one.';

export class LoggingEndpoint extends Process {
  readonly #original: number;
  #revert: Timer | null = null;

  constructor(
    private readonly verbosity: Verbosity,
    private readonly realm: string | undefined = undefined,
  ) {
    super('logging');
    this.#original = verbosity.level;
  }

  /** The verbosity now: 0 for nothing below info. */
  level(): number {
    return this.verbosity.level;
  }

  /** Logs at `level` for `durationMs`, then as at the start. Fails INVALID_LEVEL for one below that. */
  setLevel(level: number, durationMs: number): void {
    if (!Number.isInteger(level) || level < 0) throw new Failure(`Invalid level '${level}'`, 'INVALID_LEVEL');
    if (level < this.#original) throw new Failure(`'${level}' < original level`, 'INVALID_LEVEL');
    this.#set(level);
    this.#revert?.cancel();
    this.#revert = this.delay(durationMs, this.#set, this.#original);
  }

  protected override initialize(): void {
    this.route('/toggle', { help: HELP, authorization: AUTHORIZATION, realm: this.realm }, this.#toggle);
  }

  protected override finalize(): void {
    this.verbosity.level = this.#original;
  }

  #set(level: number): void {
    if (this.verbosity.level !== level) this.log.info({ level }, `Setting verbose logging level to ${level}`);
    this.verbosity.level = level;
  }

  #toggle(request: Request): Response {
    const query = queryOf(request);
    const [level, duration] = [query.get('level'), query.get('duration')];
    if (level === null && duration === null) return ok(`${this.verbosity.level}\n`);
    if (duration === null) return badRequest("Expecting 'duration=value' in query.\n");
    if (level === null) return badRequest("Expecting 'level=value' in query.\n");
    if (!/^\d+$/.test(level)) return badRequest(`Invalid level '${level}'.\n`);
    try {
      this.setLevel(Number(level), parseDuration(duration));
    } catch (error) {
      if (error instanceof Failure) return badRequest(`${error.message}.\n`);
      throw error;
    }
    return ok();
  }
}
