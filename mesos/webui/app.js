/**
 * Shows what the master says at /master/state, once a second while somebody looks.
 *
 *   waiting ──1 s──▶ asking ──answer──▶ shown ──▶ waiting
 *                       └──no answer──▶ said so ──▶ waiting, up to 10 s
 *
 * While the page is hidden nothing is asked. Nothing here changes the cluster.
 */
import { byId, element, link, setText, Table } from './dom.js';
import { amount, duration, kindOf, megabytes, sayState } from './words.js';

const POLL_MS = 1_000;
const POLL_MAX_MS = 10_000;
const TIMEOUT_MS = 10_000;
const COMPLETED_MAX = 100;

let failures = 0;
let timer = 0;
let lastAnswer = null;

const tables = {
  tasks: new Table(byId('tasks'), 'Tasks', taskColumns(), [
    'No tasks. Run one: ',
    element('code', {}, "npx mesos execute --name=hello --command='echo hello; sleep 10'"),
  ]),
  agents: new Table(byId('agents'), 'Agents', agentColumns(), ['No agents have registered.']),
  frameworks: new Table(byId('frameworks'), 'Frameworks', frameworkColumns(), ['No frameworks have subscribed.']),
  completed: new Table(byId('completed'), 'Completed tasks', taskColumns(), ['None yet.']),
};

document.addEventListener('visibilitychange', () => {
  clearTimeout(timer);
  if (document.hidden) showLive('paused', 'paused');
  else poll();
});
poll();

async function poll() {
  clearTimeout(timer);
  try {
    const response = await fetch('/master/state', { cache: 'no-store', signal: AbortSignal.timeout(TIMEOUT_MS) });
    if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
    show(await response.json());
    failures = 0;
  } catch (error) {
    failures += 1;
    showFailure(error);
  }
  if (!document.hidden) timer = setTimeout(poll, Math.min(POLL_MAX_MS, POLL_MS * 2 ** failures));
}

function show(state) {
  lastAnswer = Date.now();
  const agents = new Map(state.slaves.map(agent => [agent.id, agent]));
  const frameworks = [...state.frameworks, ...state.completed_frameworks];
  showHeader(state);
  showTiles(state);
  showTable('tasks', state.frameworks.flatMap(withAgent(agents, ['tasks', 'unreachable_tasks'])), taskKey);
  showTable('agents', state.slaves, ({ id }) => id);
  showTable('frameworks', frameworks, ({ id }) => id);
  const completed = frameworks.flatMap(withAgent(agents, ['completed_tasks'])).sort((a, b) => b.updated - a.updated);
  showTable('completed', completed.slice(0, COMPLETED_MAX), taskKey, completed.length);
}

function showTable(name, items, keyOf, count = items.length) {
  tables[name].show(items, keyOf);
  setText(byId(`${name}-count`), String(count));
}

function showHeader({ cluster, hostname, version, leader, pid, id, start_time: started }) {
  const name = cluster ?? hostname;
  setText(byId('cluster'), name);
  document.title = `${name} · Mesos`;
  showLive('live', 'live');
  const facts = { master: pid, version, up: duration(lastAnswer / 1_000 - started), id };
  const about = byId('about');
  const entries = Object.entries(facts).map(([term, value]) =>
    element('div', {}, element('dt', {}, term), element('dd', {}, String(value))),
  );
  about.replaceChildren(...entries);
  const follows = leader !== undefined && leader !== pid;
  showNotice(follows ? `This master does not lead; ${leader} does, and knows what runs.` : null);
}

function showTiles({ slaves, frameworks, activated_slaves: active, unreachable_slaves: unreachable = 0 }) {
  const sum = (kind, resource) => slaves.reduce((total, agent) => total + (agent[kind][resource] ?? 0), 0);
  const usage = (title, resource, say) => {
    const [used, offered, total] = ['used_resources', 'offered_resources', 'resources'].map(kind =>
      sum(kind, resource),
    );
    return tile(title, say(used), `of ${say(total)}${offered > 0 ? `, ${say(offered)} offered` : ''}`, [
      used,
      offered,
      total,
    ]);
  };
  const running = frameworks.flatMap(({ tasks }) => tasks).filter(({ state }) => state === 'TASK_RUNNING').length;
  byId('tiles').replaceChildren(
    tile(
      'Agents',
      amount(active),
      unreachable > 0 ? `${amount(unreachable)} unreachable` : `${amount(slaves.length)} registered`,
    ),
    tile('Running tasks', amount(running), `${amount(frameworks.length)} frameworks`),
    usage('CPUs', 'cpus', amount),
    usage('Memory', 'mem', megabytes),
    usage('Disk', 'disk', megabytes),
  );
}

function tile(title, value, note, parts = null) {
  const bar = parts === null || parts[2] === 0 ? [] : [barOf(parts)];
  return element(
    'li',
    { class: 'tile' },
    element('h3', {}, title),
    element('p', {}, value),
    ...bar,
    element('small', {}, note),
  );
}

/** The numbers beside it say the same, so a screen reader may skip it. */
function barOf([used, offered, total]) {
  const part = value => element('span', { style: `width: ${Math.min(100, (100 * value) / total)}%` });
  return element('div', { class: 'bar', 'aria-hidden': 'true' }, part(used), part(offered));
}

function taskKey({ id, framework_id: framework }) {
  return `${framework} ${id}`;
}

/** The tasks of a framework, each with what its row needs of elsewhere. */
function withAgent(agents, lists) {
  return framework =>
    lists
      .flatMap(list => framework[list] ?? [])
      .map(task => ({
        ...task,
        framework: framework.name,
        agent: agents.get(task.slave_id),
        updated: task.statuses.at(-1)?.timestamp ?? 0,
      }));
}

function taskColumns() {
  return [
    { title: 'Task', className: 'wide', cell: task => (task.name === task.id ? task.id : `${task.name} (${task.id})`) },
    { title: 'State', cell: task => badge(sayState(task.state), kindOf(task.state)) },
    {
      title: 'For',
      className: 'number',
      cell: task => (task.updated > 0 ? duration(lastAnswer / 1_000 - task.updated) : ''),
    },
    { title: 'Framework', className: 'wide', cell: task => task.framework },
    { title: 'Agent', cell: task => (task.agent === undefined ? 'gone' : addressOf(task.agent)) },
    { title: 'CPUs', className: 'number', cell: task => amount(task.resources.cpus) },
    { title: 'Memory', className: 'number', cell: task => megabytes(task.resources.mem) },
    { title: 'Output', cell: outputOf },
  ];
}

function agentColumns() {
  const both = (agent, resource, say) => `${say(agent.used_resources[resource])} of ${say(agent.resources[resource])}`;
  return [
    { title: 'Agent', cell: agent => linked(addressOf(agent), `http://${addressOf(agent)}/state`) },
    { title: 'State', cell: agent => (agent.active ? badge('active', 'run') : badge('inactive', 'wait')) },
    { title: 'CPUs used', className: 'number', cell: agent => both(agent, 'cpus', amount) },
    { title: 'Memory used', className: 'number', cell: agent => both(agent, 'mem', megabytes) },
    { title: 'Disk used', className: 'number', cell: agent => both(agent, 'disk', megabytes) },
    {
      title: 'Registered',
      className: 'number',
      cell: agent => `${duration(lastAnswer / 1_000 - agent.registered_time)} ago`,
    },
    { title: 'Id', className: 'wide', cell: agent => agent.id },
  ];
}

function frameworkColumns() {
  return [
    {
      title: 'Framework',
      className: 'wide',
      cell: framework => (framework.webui_url ? linked(framework.name, framework.webui_url) : framework.name),
    },
    { title: 'State', cell: frameworkState },
    { title: 'Roles', cell: ({ roles, role = '*' }) => (roles ?? [role]).join(', ') },
    { title: 'User', cell: framework => framework.user },
    { title: 'Tasks', className: 'number', cell: framework => amount(framework.tasks.length) },
    { title: 'CPUs', className: 'number', cell: framework => amount(framework.used_resources?.cpus ?? 0) },
    { title: 'Memory', className: 'number', cell: framework => megabytes(framework.used_resources?.mem ?? 0) },
    { title: 'Id', className: 'wide', cell: framework => framework.id },
  ];
}

function frameworkState({ unregistered_time: ended, active, connected }) {
  if (ended > 0) return badge('completed', 'done');
  if (connected === false) return badge('disconnected', 'bad');
  return active ? badge('active', 'run') : badge('inactive', 'wait');
}

/** A task without an executor of its own has one of its own name. */
function outputOf({ id, framework_id: framework, executor_id: executor, agent }) {
  if (agent === undefined) return '';
  const run = `/frameworks/${framework}/executors/${executor || id}/runs/latest`;
  const at = (endpoint, path) => `http://${addressOf(agent)}/files/${endpoint}?path=${encodeURIComponent(path)}`;
  return {
    key: `${agent.id} ${run}`,
    nodes: () => [
      link('sandbox', at('browse', run)),
      link('stdout', at('download', `${run}/stdout`)),
      link('stderr', at('download', `${run}/stderr`)),
    ],
  };
}

function addressOf({ hostname, port }) {
  return `${hostname}:${port}`;
}

function badge(text, kind) {
  return { key: `${kind} ${text}`, nodes: () => [element('span', { class: 'state', 'data-kind': kind }, text)] };
}

function linked(text, href) {
  return { key: `${text} ${href}`, nodes: () => [link(text, href)] };
}

function showLive(state, text) {
  const node = byId('live');
  node.dataset.state = state;
  setText(node, text);
}

function showFailure(error) {
  showLive('lost', 'no answer');
  const since = lastAnswer === null ? '' : ` What is below is from ${new Date(lastAnswer).toLocaleTimeString()}.`;
  showNotice(`The master does not answer: ${error.message}.${since}`);
}

function showNotice(text) {
  const node = byId('notice');
  node.hidden = text === null;
  setText(node, text ?? '');
}
