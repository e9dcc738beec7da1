/**
 * The master's endpoints: which paths there are, who may call them how, and what answers.
 *
 * Source: Mesos src/master/master.cpp (Master::initialize), src/master/http.cpp.
 */
import { http, type Request, type Response } from '../../../libprocess/index.ts';
import type { MasterContext } from '../context.ts';
import type { MasterParts } from '../master-parts.ts';
import { rolesJson } from './roles.ts';
import { agentsJson, frameworksJson, stateJson, stateSummaryJson, type Times, tasksJson } from './state.ts';

const READ_ONLY = 'mesos-master-readonly';
const READ_WRITE = 'mesos-master-readwrite';
const SCHEDULER = 'mesos-master-scheduler';

export interface View {
  readonly master: MasterContext;
  readonly parts: MasterParts;
  readonly times: Times;
}

export interface Endpoint {
  readonly help: string;
  readonly realm?: string;
  /** Null: any. */
  readonly methods: readonly string[] | null;
  /** Answered only once the master leads. */
  readonly needsLeader: boolean;
  readonly status: 'implemented' | '501';
  /** What of an implemented one is not. */
  readonly partly?: string;
  serve(view: View, request: Request): Response | Promise<Response>;
}

export const ENDPOINTS: Readonly<Record<string, Endpoint>> = {
  '/api/v1': {
    help: 'The operator API: calls of mesos.v1.master.Call.',
    realm: READ_WRITE,
    methods: ['POST'],
    needsLeader: true,
    status: 'implemented',
    serve: ({ parts }, request) => parts.operatorApi.serve(request),
  },
  '/api/v1/scheduler': {
    help: 'The scheduler API: calls of mesos.v1.scheduler.Call.',
    realm: SCHEDULER,
    methods: ['POST'],
    needsLeader: true,
    status: 'implemented',
    serve: ({ parts }, request) => parts.schedulerApi.serve(request),
  },
  '/state': read('All that the master knows.', ({ master, times }) => stateJson(master, times)),
  '/state-summary': read('The same with tasks counted.', ({ master }) => stateSummaryJson(master)),
  '/slaves': read('Agents with their resources in full.', ({ master }, request) => agentsJson(master, request)),
  '/frameworks': read('Frameworks.', ({ master }, request) => frameworksJson(master, request)),
  '/tasks': read('Tasks.', ({ master }, request) => tasksJson(master, request)),
  '/roles': read('Roles.', ({ master }) => rolesJson(master)),
  '/quota': { ...read('Quota.', () => ({})), realm: READ_WRITE, ...only(['GET'], ['POST', 'DELETE'], () => ({})) },
  '/weights': {
    ...read('Weights.', ({ master }) => weightsJson(master)),
    realm: READ_WRITE,
    ...only(['GET'], ['PUT'], ({ master }) => weightsJson(master)),
  },
  '/maintenance/schedule': {
    ...read('The maintenance schedule.', () => ({})),
    realm: READ_WRITE,
    ...only(['GET'], ['POST'], () => ({})),
  },
  '/maintenance/status': { ...read('Who has agreed to maintenance.', () => ({})), methods: ['GET'] },
  '/reserve': missing('Reserves resources.'),
  '/unreserve': missing('Ends reservations.'),
  '/create-volumes': missing('Creates volumes.'),
  '/destroy-volumes': missing('Destroys volumes.'),
  '/machine/down': missing('Begins the maintenance of machines.'),
  '/machine/up': missing('Ends the maintenance of machines.'),
  '/teardown': {
    help: 'Ends a framework and all its tasks. Form: frameworkId.',
    realm: READ_WRITE,
    methods: ['POST'],
    needsLeader: true,
    status: 'implemented',
    serve: ({ parts }, request) => parts.operatorApi.teardownForm(request),
  },
  '/flags': {
    ...read('The flags of this master.', ({ master }) => ({ flags: master.flags.shown })),
    needsLeader: false,
  },
  '/health': {
    help: '200 while the master lives.',
    methods: null,
    needsLeader: false,
    status: 'implemented',
    serve: () => http.ok(),
  },
  '/redirect': {
    help: 'Leads to the leading master.',
    methods: null,
    needsLeader: false,
    status: 'implemented',
    serve: ({ master }, request) => redirect(master, request),
  },
};

function read(help: string, make: (view: View, request: Request) => unknown): Endpoint {
  return {
    help,
    realm: READ_ONLY,
    methods: null,
    needsLeader: true,
    status: 'implemented',
    serve: (view, request) => http.json(make(view, request), request),
  };
}

/** Reading is there, and shows that nothing is set; setting is not built yet. */
function only(there: readonly string[], notThere: readonly string[], make: (view: View) => unknown) {
  return {
    methods: [...there, ...notThere],
    partly: `${there.join(', ')} implemented, ${notThere.join(', ')} 501`,
    serve: (view: View, request: Request): Response =>
      there.includes(request.method)
        ? http.json(make(view), request)
        : http.notImplemented(`${request.method} ${request.path} is not implemented yet`),
  };
}

function weightsJson({ flags }: MasterContext): unknown[] {
  return [...flags.roleWeights].map(([role, weight]) => ({ role, weight }));
}

function missing(help: string): Endpoint {
  return {
    help,
    realm: READ_WRITE,
    methods: ['POST'],
    needsLeader: true,
    status: '501',
    serve: (_view, request) => http.notImplemented(`${request.path} is not implemented yet`),
  };
}

/** Scheme-relative on purpose: whoever came by https stays with it. */
function redirect({ info, log }: MasterContext, request: Request): Response {
  if (!/^(\/master)?\/redirect\/?$/.test(request.path)) return http.notFound();
  log.info(`Redirecting request for ${request.path} to the leading master ${info.hostname}`);
  return http.temporaryRedirect(`//${info.hostname}:${info.port}`);
}
