/**
 * The agent's endpoints: which paths there are, who may call them how, and what answers.
 *
 * Source: Mesos src/slave/slave.cpp (Slave::initialize), src/slave/http.cpp.
 */
import { type Answer, http, type Request, type Response, type RouteOptions } from '../../../libprocess/index.ts';
import type { AgentContext } from '../context.ts';
import { containersJson, statisticsJson } from './containers.ts';
import { stateJson } from './state.ts';

const READ_ONLY = 'mesos-agent-readonly';
const READ_WRITE = 'mesos-agent-readwrite';

export interface Endpoint {
  readonly help: string;
  readonly realm?: string;
  /** Null: any. */
  readonly methods: readonly string[] | null;
  readonly status: 'implemented' | '501';
  serve(agent: AgentContext, request: Request): Answer<Response>;
}

export const ENDPOINTS: Readonly<Record<string, Endpoint>> = {
  '/state': {
    help: 'All that the agent knows.',
    realm: READ_ONLY,
    methods: null,
    status: 'implemented',
    serve: (agent, request) => recovered(agent, () => http.json(stateJson(agent), request)),
  },
  '/flags': {
    help: 'The flags of this agent.',
    realm: READ_ONLY,
    methods: ['GET'],
    status: 'implemented',
    serve: (agent, request) => http.json({ flags: agent.flags.shown }, request),
  },
  '/health': { help: '200 while the agent lives.', methods: null, status: 'implemented', serve: () => http.ok() },
  '/monitor/statistics': statistics(),
  '/monitor/statistics.json': statistics(),
  '/containers': {
    help: 'What runs in which container, and what it uses. Query: container_id, framework_id, executor_id.',
    realm: READ_ONLY,
    methods: null,
    status: 'implemented',
    serve: (agent, request) =>
      recovered(agent, async () => http.json(await containersJson(agent, http.queryOf(request)), request)),
  },
  '/containerizer/debug': missing('What the containerizer waits for.', READ_ONLY),
  '/api/v1': missing('The operator API: calls of mesos.v1.agent.Call.', READ_WRITE),
  '/api/v1/resource_provider': missing('Calls of resource providers.', READ_WRITE),
};

type AddRoute = (path: string, options: RouteOptions, handler: (request: Request) => Answer<Response>) => void;

export function serveEndpoints(agent: AgentContext, add: AddRoute): void {
  for (const [path, endpoint] of Object.entries(ENDPOINTS)) {
    add(path, { help: endpoint.help, realm: endpoint.realm }, request => answer(agent, endpoint, request));
  }
}

function answer(agent: AgentContext, { methods, serve }: Endpoint, request: Request): Answer<Response> {
  if (methods !== null && !methods.includes(request.method)) return http.methodNotAllowed(methods, request.method);
  return serve(agent, request);
}

function statistics(): Endpoint {
  return {
    help: 'What containers use.',
    realm: READ_ONLY,
    methods: null,
    status: 'implemented',
    serve: async (agent, request) => http.json(await statisticsJson(agent), request),
  };
}

function missing(help: string, realm: string): Endpoint {
  return {
    help,
    realm,
    methods: null,
    status: '501',
    serve: (_agent, request) => http.notImplemented(`${request.path} is not implemented yet`),
  };
}

export function recovered<R>(agent: AgentContext, make: () => R): R | Response {
  return agent.books.phase === 'recovering' ? http.serviceUnavailable('Agent has not finished recovery') : make();
}
