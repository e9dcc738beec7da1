/**
 * `npm run screenshots`: the pictures of docs/debugger.md, taken of a cluster that it starts and ends: a master, an agent,
 * and tasks of `mesos execute`. Needs Chromium, and a build.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { chromium, type Page } from 'playwright-core';

const BROWSERS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const FOLDER = join(import.meta.dirname, '../../docs/images');
const VIEW = { width: 1280, height: 760 };
const MASTER = '127.0.0.1:5070';
const FLAGS = ['--ip=127.0.0.1', '--trace=65536', '--debugger=control'];

const executablePath = BROWSERS.find(path => existsSync(path));
if (executablePath === undefined) throw new Error(`there is no browser: install one of ${BROWSERS.join(', ')}`);

const work = mkdtempSync(join(tmpdir(), 'mesos-screenshots-'));
const started: ChildProcess[] = [];

/** Runs `file` with Node in a group of its own, which ends with this script. */
function start(...args: string[]): ChildProcess {
  const env = { ...process.env, LIBPROCESS_TRACE: '65536' };
  const child = spawn(process.execPath, args, { stdio: 'ignore', detached: true, env });
  started.push(child);
  return child;
}

function execute(name: string, command: string): ChildProcess {
  return start('mesos/cli.js', 'execute', `--master=${MASTER}`, `--name=${name}`, `--command=${command}`);
}

/** The place in the list of the tree with the most events, which the second line of each tells. */
const LARGEST_TREE = `(() => {
  const sizes = [...document.querySelectorAll('.tree')].map(tree => Number(tree.innerText.split('\\n')[1] ?? 0));
  return sizes.indexOf(Math.max(...sizes));
})()`;

async function shoot(page: Page, name: string, hash: string, prepare = async (): Promise<void> => undefined) {
  await page.goto(`http://${MASTER}/__debugger__/#${hash}`);
  await page
    .getByText(/nodes$/)
    .first()
    .waitFor();
  await prepare();
  await sleep(2_500); // What moves comes to rest.
  await page.screenshot({ path: join(FOLDER, `debugger-${name}.png`) });
  console.log(`docs/images/debugger-${name}.png`);
}

try {
  mkdirSync(FOLDER, { recursive: true });
  start('mesos/master.js', ...FLAGS, '--port=5070', `--work_dir=${work}/master`);
  start('mesos/agent.js', ...FLAGS, '--port=5071', `--master=${MASTER}`, `--work_dir=${work}/agent`);
  await sleep(5_000);
  execute('sleeper', 'sleep 120');
  for (let count = 1; count <= 3; count++) execute(`hello-${count}`, 'echo hello');
  await sleep(4_000);
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  for (const colorScheme of ['light', 'dark'] as const) {
    const page = await browser.newPage({ viewport: VIEW, colorScheme });
    const task = async (): Promise<void> => {
      execute('shown', 'sleep 20');
      await sleep(5_000);
      await page
        .locator('.tree')
        .nth(await page.evaluate<number>(LARGEST_TREE))
        .click();
      await page.keyboard.press('Escape');
    };
    if (colorScheme === 'light') {
      await shoot(page, 'map', 'view=map', async () => void execute('again', 'echo again'));
      await shoot(page, 'events', 'view=events&q=kind:message', async () => {
        await page.locator('.list .row').nth(4).click();
      });
      await shoot(page, 'actors', 'view=actors', async () => {
        await page.getByRole('button', { name: 'slave(1)', exact: true }).first().click();
      });
    } else {
      await shoot(page, 'sequence', 'view=sequence&q=name=StatusUpdateAcknowledgementMessage', task);
      await shoot(page, 'timeline', 'view=timeline');
    }
    await page.close();
  }
  await browser.close();
} finally {
  for (const { pid } of started) if (pid !== undefined) end(-pid);
  for (const pid of hostsOf(work)) end(pid);
  rmSync(work, { recursive: true, force: true, maxRetries: 5 });
}

function end(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL'); // A framework would wait for its master to say goodbye to.
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Executor hosts outlive their agent on purpose; their environment tells whose they are. */
function hostsOf(folder: string): number[] {
  const pids = readdirSync('/proc').filter(name => /^\d+$/.test(name) && Number(name) !== process.pid);
  return pids.filter(pid => environmentOf(pid).includes(folder)).map(Number);
}

function environmentOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8');
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (['ENOENT', 'ESRCH', 'EACCES'].includes(code)) return '';
    throw error;
  }
}
