/**
 * `/profiler/start` and `/profiler/stop`: there is no gperftools here, and they say so as the original does when it was
 * built without. Node's own profiler is `node --cpu-prof`.
 *
 * Source: libprocess profiler.cpp.
 */
import { badRequest, type Response } from '../http/http.ts';
import { Process } from '../process.ts';

const DISABLED = 'Perftools is disabled. To enable perftools, configure libprocess with --enable-perftools.\n';

export class ProfilerEndpoint extends Process {
  constructor(private readonly realm: string | undefined = undefined) {
    super('profiler');
  }

  protected override initialize(): void {
    this.route('/start', { help: 'Starts profiling.\n\nNot available here.', realm: this.realm }, this.#refuse);
    this.route('/stop', { help: 'Stops profiling.\n\nNot available here.', realm: this.realm }, this.#refuse);
  }

  #refuse(): Response {
    return badRequest(DISABLED);
  }
}
