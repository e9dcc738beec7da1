/**
 * `/metrics/snapshot`: all metrics of the runtime as one JSON object. `/metrics`: the same as Prometheus scrapes them.
 *
 * Requests are served at a steady rate; those above it wait for their turn.
 *
 * Source: libprocess metrics/metrics.cpp (`MetricsProcess`), limiter.hpp.
 */
import { Failure } from '../failure.ts';
import { badRequest, jsonText, ok, queryOf, type Request, type Response } from '../http/http.ts';
import { PROMETHEUS_TYPE, printPrometheus } from '../metrics/prometheus.ts';
import { Process } from '../process.ts';
import { parseDuration } from '../units.ts';

const METRICS_RATE_LIMIT = '2/1secs';

const HELP = `Provides a snapshot of the current metrics.

This endpoint provides information regarding the current metrics tracked by the system.

The optional query parameter 'timeout' determines the maximum amount of time the endpoint will take to respond. If the
timeout is exceeded, some metrics may not be included in the response.

The key is the metric name, and the value is a double-type.`;

const AUTHORIZATION = 'Where endpoints are authorized, the principal must be allowed to GET this one.';

const PROMETHEUS_HELP = `Provides the current metrics in Prometheus' text format.

Takes 'timeout' as /metrics/snapshot does, and shares its rate limit.`;

export class MetricsEndpoint extends Process {
  readonly #intervalMs: number;
  /** When the next request may be served. */
  #free = 0;

  /**
   * @param rateLimit - `<requests>/<duration>`; empty for none.
   * @throws Failure INVALID_RATE_LIMIT.
   */
  constructor(
    rateLimit = METRICS_RATE_LIMIT,
    private readonly realm: string | undefined = undefined,
  ) {
    super('metrics');
    this.#intervalMs = intervalOf(rateLimit);
  }

  protected override initialize(): void {
    this.#free = this.now;
    this.route('/snapshot', { help: HELP, authorization: AUTHORIZATION, realm: this.realm }, this.#snapshot);
    this.route('/', { help: PROMETHEUS_HELP, authorization: AUTHORIZATION, realm: this.realm }, this.#prometheus);
  }

  #snapshot(request: Request): Promise<Response> {
    return this.#answer(request, async timeoutMs =>
      jsonText(await this.turn(this.runtime.metrics.print(timeoutMs)), request),
    );
  }

  #prometheus(request: Request): Promise<Response> {
    return this.#answer(request, async timeoutMs =>
      ok(printPrometheus(await this.turn(this.runtime.metrics.read(timeoutMs))), { 'content-type': PROMETHEUS_TYPE }),
    );
  }

  /** What `read` makes of the metrics that come within the request's timeout, when its turn has come. */
  async #answer(request: Request, read: (timeoutMs: number) => Promise<Response>): Promise<Response> {
    const text = queryOf(request).get('timeout');
    const timeoutMs = text === null ? Infinity : timeoutOf(text);
    if (typeof timeoutMs === 'string') return badRequest(timeoutMs);
    const waitMs = this.#reserve();
    if (waitMs > 0) await this.turn(this.sleep(waitMs));
    return read(timeoutMs);
  }

  /** Takes the next free moment. @returns how far away it is. */
  #reserve(): number {
    const at = Math.max(this.now, this.#free);
    this.#free = at + this.#intervalMs;
    return at - this.now;
  }
}

/** Milliseconds from one request to the next. */
function intervalOf(rateLimit: string): number {
  if (rateLimit === '') return 0;
  const [, requests, duration] = /^(\d*[1-9]\d*)\/(.+)$/.exec(rateLimit) ?? [];
  if (requests === undefined || duration === undefined) {
    throw new Failure(`rate limit '${rateLimit}' is not <requests>/<duration>`, 'INVALID_RATE_LIMIT');
  }
  return parseDuration(duration) / Number(requests);
}

/** Milliseconds, or what is wrong with `text`. */
function timeoutOf(text: string): number | string {
  try {
    return parseDuration(text);
  } catch (error) {
    if (error instanceof Failure) return `Invalid timeout '${text}': ${error.message}.\n`;
    throw error;
  }
}
