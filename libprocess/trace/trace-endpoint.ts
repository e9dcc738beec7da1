/**
 * `/__trace__`: what was recorded of this runtime's messages, for curl, scripts and viewers of traces.
 *
 *   POST /__trace__/start ──▶ on ──POST /__trace__/stop──▶ off
 *   GET  /__trace__, /__trace__/status, /__trace__/chrome, /__trace__/otlp        at any time
 *
 * libprocess has nothing like it. Who may ask, access.ts says.
 */

import { attachment } from '../endpoints/attachment.ts';
import { Failure } from '../failure.ts';
import type { Principal } from '../http/authentication.ts';
import {
  badRequest,
  conflict,
  formOf,
  json,
  methodNotAllowed,
  notFound,
  queryOf,
  type Request,
  type Response,
  serviceUnavailable,
  stream,
  textOf,
} from '../http/http.ts';
import { Pipe } from '../http/pipe.ts';
import type { RouteHandler } from '../http/routes.ts';
import { type Answer, Process } from '../process.ts';
import { type DebuggerMode, refusalTo } from './access.ts';
import { toChromeTrace } from './chrome.ts';
import type { TraceEvent } from './event.ts';
import { toOtlp } from './otlp.ts';
import { Outflow } from './outflow.ts';
import type { TraceSettings } from './protocol.ts';
import { fitter, parseTraceQuery, parseTraceSettings, rootOf, settingsOfJson, type TraceQuery } from './query.ts';
import type { Recorder } from './recorder.ts';
import type { Tracing } from './tracing.ts';

/** Events that are looked at in one turn. */
const EVENTS_PER_TURN = 5_000;
/** What viewers of traces are given at once, unless `limit` says otherwise. */
const EXPORTED_MAX = 65_536;
const FOLLOWERS_MAX = 32;

const FILTERS_HELP = `>        actor=PATTERN     sender or receiver, by its id; several with commas
>        message=PATTERN   name of the message, method or route; several with commas
>        kind=KIND         message, dispatch, timer, http, exited, …; several with commas
>        node=IP:PORT      sender or receiver is there
>        cause=ID          direct consequences of this event
>        tree=ID           all that has the same first cause, as far as it happened here
>        since=MS          posted then or later, in milliseconds since the epoch
>        limit=N           only the newest so many

A pattern is a name, its last word (RegisterSlaveMessage), or begins or ends with \`*\`.`;

const EVENTS_HELP = `Shows the events that were traced, as JSON lines.

${FILTERS_HELP}

>        body=true         with what was sent: cut to a bounded size, without secrets
>        follow=true       goes on with what comes: each event when it is posted, and again when it is over

A line \`{"skipped":n}\` stands for events that a reader was too slow for. Nothing is kept before a first
POST /__trace__/start.`;

const STATUS_HELP = `Shows whether messages are traced, with which settings, and how many events there are.`;

const START_HELP = `Starts to trace messages, or starts anew with other settings. POST only.

As a query, a form, or a JSON object:

>        actors=PATTERN,…  only what these actors send or receive
>        names=PATTERN,…   only messages, methods and routes of these names
>        sample=N          one of N trees of consequences
>        size=N            how many events are kept: a power of two, 65536 by default
>        times=turn        the time is taken at each turn, and not only at each slice of the event loop`;

const STOP_HELP = `Stops to trace. POST only.

What was recorded stays until the next start.`;

const CHROME_HELP = `Returns the events that were traced for Perfetto (ui.perfetto.dev) and chrome://tracing.

${FILTERS_HELP}`;

const OTLP_HELP = `Returns the events that were traced as OpenTelemetry spans (OTLP/JSON), for Jaeger and others.

${FILTERS_HELP}`;

const LINES = { 'content-type': 'application/x-ndjson' };
const NEVER = 'Nothing has been traced here yet: POST /__trace__/start first.\n';

/** The two realms, as `EndpointOptions` has them. */
export interface TraceRealms {
  readonly readonlyRealm?: string | undefined;
  readonly readwriteRealm?: string | undefined;
}

export class TraceEndpoint extends Process {
  readonly #outflows = new Set<Outflow>();

  constructor(
    private readonly tracing: Tracing,
    private readonly mode: DebuggerMode,
    private readonly realms: TraceRealms = {},
  ) {
    super('__trace__');
  }

  protected override initialize(): void {
    this.tracing.hide(this.pid);
    const { readonlyRealm: readonly, readwriteRealm: readwrite } = this.realms;
    this.#add('/', EVENTS_HELP, readonly, 'GET', this.#events);
    this.#add('/status', STATUS_HELP, readonly, 'GET', request => json(this.#status(), request));
    this.#add('/start', START_HELP, readwrite, 'POST', this.#start);
    this.#add('/stop', STOP_HELP, readwrite, 'POST', this.#stop);
    this.#add('/chrome', CHROME_HELP, readonly, 'GET', request => this.#export(request, 'chrome', toChromeTrace));
    this.#add('/otlp', OTLP_HELP, readonly, 'GET', request => this.#export(request, 'otlp', toOtlp));
  }

  protected override finalize(): void {
    for (const outflow of this.#outflows) outflow[Symbol.dispose]();
  }

  #add(path: string, help: string, realm: string | undefined, method: string, handler: RouteHandler): void {
    this.route(path, { help, realm }, async (request, principal) => {
      const refused = refusalTo(this.mode, request);
      if (refused !== null) return refused;
      if (request.method !== method) return methodNotAllowed([method], request.method);
      return answerTo(() => handler.call(this, request, principal));
    });
  }

  async #events(request: Request): Promise<Response> {
    const query = parseTraceQuery(queryOf(request));
    const { recorder } = this.tracing;
    if (recorder === null && !query.follow) return conflict(NEVER);
    if (query.follow && this.#outflows.size >= FOLLOWERS_MAX) {
      return serviceUnavailable(`${FOLLOWERS_MAX} clients follow already: try again later.\n`);
    }
    const found = await this.#find(recorder, query);
    return found === null ? notFound(notKept(query)) : this.#stream(query, found);
  }

  #stream({ body, follow }: TraceQuery, { numbers, next, fits, recorder }: Found): Response {
    const { reader, writer } = new Pipe();
    const outflow = new Outflow(this.clock, writer, {
      recorder,
      kept: numbers,
      next,
      body,
      follow: follow ? fits : null,
      current: () => this.tracing.recorder,
    });
    this.#outflows.add(outflow);
    writer.readerClosed().onReady(() => this.#outflows.delete(outflow));
    return stream(reader, LINES);
  }

  async #export(request: Request, name: string, convert: (events: Iterable<TraceEvent>) => object): Promise<Response> {
    const query = parseTraceQuery(queryOf(request));
    if (query.follow) return badRequest(`/__trace__/${name} does not follow: want /__trace__?follow=true\n`);
    const { recorder } = this.tracing;
    if (recorder === null) return conflict(NEVER);
    const found = await this.#find(recorder, { ...query, limit: Math.min(query.limit, EXPORTED_MAX) });
    if (found === null) return notFound(notKept(query));
    const events = found.numbers.flatMap(number => recorder.event(number, query.body) ?? []);
    return attachment(`trace-${this.runtime.address.port}-${name}.json`, convert(events));
  }

  /** The events that `query` asks for, oldest first; null when there is no such tree. */
  async #find(recorder: Recorder | null, query: TraceQuery): Promise<Found | null> {
    const tree = rootIn(recorder, query.tree);
    if (query.tree !== null && tree === null) return null;
    const fits = fitter({ ...query, tree });
    const numbers: number[] = [];
    let next = recorder?.forgotten ?? 0;
    for (let looked = 1; recorder !== null && next < recorder.recorded; looked++, next++) {
      const event = recorder.event(next, false);
      if (event !== null && fits(event)) numbers.push(next);
      if (looked % EVENTS_PER_TURN === 0) await this.turn(this.sleep(0));
    }
    return { recorder, numbers: numbers.slice(-query.limit), next, fits };
  }

  #start(request: Request, principal: Principal | null): Response {
    const settings = settingsIn(request);
    this.tracing.start(settings);
    this.log.info({ settings, principal: principal?.value, peer: request.peer }, 'tracing started');
    return json(this.#status(), request);
  }

  #stop(request: Request, principal: Principal | null): Response {
    this.tracing.stop();
    this.log.info({ principal: principal?.value, peer: request.peer }, 'tracing stopped');
    return json(this.#status(), request);
  }

  #status(): object {
    const { on, settings, recorded, forgotten } = this.tracing.status();
    const { address, incarnation } = this.runtime;
    return { node: address.text, incarnation, on, settings, recorded, kept: recorded - forgotten, forgotten };
  }
}

interface Found {
  readonly recorder: Recorder | null;
  /** By which `Recorder.event` knows them. */
  readonly numbers: readonly number[];
  /** The number of the first event that comes after them. */
  readonly next: number;
  /** For those that come after them. */
  readonly fits: (event: TraceEvent) => boolean;
}

/** 400 for what is wrong with the request, by the code of the Failure that says so. */
async function answerTo(handle: () => Answer<Response>): Promise<Response> {
  try {
    return await handle();
  } catch (error) {
    if (error instanceof Failure && ['BAD_QUERY', 'BAD_SETTINGS'].includes(error.code)) {
      return badRequest(`${error.message}\n`);
    }
    throw error;
  }
}

function settingsIn(request: Request): TraceSettings {
  if (request.body.length === 0) return parseTraceSettings(queryOf(request));
  const isForm = request.headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true;
  return isForm ? parseTraceSettings(formOf(request)) : settingsOfJson(textOf(request));
}

function rootIn(recorder: Recorder | null, id: string | null): string | null {
  const event = id === null ? null : (recorder?.eventOf(id) ?? null);
  return event === null ? null : rootOf(event, each => recorder?.eventOf(each) ?? null).id;
}

function notKept({ tree }: TraceQuery): string {
  return `The event '${tree}' is not kept here: it is of another node, or was written over.\n`;
}
