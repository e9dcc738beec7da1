/**
 * `/profiler/start` and `/profiler/stop`: what the thread is busy with, as a `.cpuprofile` that Chrome's developer tools
 * and speedscope open. V8's profiler stands in for gperftools.
 *
 *   idle ── start ──▶ profiling ── stop ──▶ idle, with the profile as an attachment
 *
 * Source: libprocess profiler.cpp.
 */
import { Failure } from '../failure.ts';
import { badRequest, ok, type Request, type Response } from '../http/http.ts';
import { Process } from '../process.ts';
import { attachment } from './attachment.ts';
import { Inspector } from './inspector.ts';

const DISABLED =
  'The profiler is not enabled. To enable the profiler, libprocess must be started with ' +
  'LIBPROCESS_ENABLE_PROFILER=1 in the environment.\n';

const START_HELP = `Starts profiling.

Looks at the stack once a millisecond, until /profiler/stop. Needs LIBPROCESS_ENABLE_PROFILER=1 in the environment.`;
const STOP_HELP = `Stops profiling.

Answers with the profile: a .cpuprofile, for Chrome's developer tools or speedscope.`;

export class ProfilerEndpoint extends Process {
  #running: Inspector | null = null;

  constructor(
    private readonly enabled: boolean,
    private readonly realm: string | undefined = undefined,
  ) {
    super('profiler');
  }

  protected override initialize(): void {
    this.route('/start', { help: START_HELP, realm: this.realm }, this.#start);
    this.route('/stop', { help: STOP_HELP, realm: this.realm }, this.#stop);
  }

  protected override finalize(): void {
    this.#running?.[Symbol.dispose]();
  }

  async #start(_request: Request): Promise<Response> {
    if (!this.enabled) return badRequest(DISABLED);
    if (this.#running !== null) return badRequest('Profiler already started.\n');
    this.log.info('Starting Profiler');
    this.#running = new Inspector();
    await this.turn(this.#running.startCpuProfile());
    return ok('Profiler started.\n');
  }

  async #stop(_request: Request): Promise<Response> {
    const running = this.#running;
    if (running === null) return badRequest(this.enabled ? 'Profiler not running.\n' : DISABLED);
    this.log.info('Stopping Profiler');
    this.#running = null;
    const profile = await this.turn(running.stopCpuProfile());
    running[Symbol.dispose]();
    if (profile === undefined) throw new Failure('V8 returned no profile', 'NO_PROFILE');
    return attachment('perftools.cpuprofile', profile);
  }
}
