/**
 * The debugger's page before a real cluster: a task launched, followed, held and let go, as a person would do it.
 * Skipped, with a word, where there is no Chromium.
 */
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { CHROMIUM } from './chromium.ts';
import { Daemon, startAgent, startMaster } from './daemons.ts';

const FLAGS = ['--trace=65536', '--debugger=control'];
const WAIT_MS = 20_000;

let browser: Browser;

describe.skipIf(CHROMIUM === undefined)('a cluster in the page', () => {
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: CHROMIUM ?? '', args: ['--no-sandbox'] });
  });

  afterAll(() => browser?.close());

  test('a task is one tree over the actors of four processes', async () => {
    const { master, page } = await start();
    launch(master, 'sleep 20');
    await page.getByText('4 nodes').waitFor();
    await page.keyboard.press('4');
    await search(page, 'name=StatusUpdateAcknowledgementMessage');
    await page.locator('.tree').first().click();
    const label = (): Promise<string | null> =>
      page.getByRole('application', { name: /Sequence diagram/ }).getAttribute('aria-label');
    await expect.poll(label).toMatch(/of \d{2,} messages between \d{2,} actors/);
    for (const step of ['RunTaskMessage', 'RegisterExecutorMessage', 'StatusUpdateAcknowledgementMessage']) {
      await search(page, `name=${step}`);
      await expect.poll(() => page.locator('.tree').count()).toBeGreaterThan(0);
    }
  });

  test('an agent stands still, its mailbox fills, a step serves one message, and then it goes on', async () => {
    const { master, page } = await start();
    await openActor(page, 'slave(1)');
    const controls = page.getByRole('group', { name: 'Control of slave(1)' });
    await controls.getByRole('button', { name: 'Pause' }).click();
    await page.getByText('paused').first().waitFor();
    const execute = launch(master, 'true');
    const mailbox = page.getByRole('list', { name: 'Mailbox of slave(1)' });
    await mailbox.getByText('RunTaskMessage').waitFor();
    expect(execute.output).not.toContain('TASK_RUNNING');
    await controls.getByRole('button', { name: 'Step' }).click();
    await expect.poll(() => mailbox.getByText('RunTaskMessage').count()).toBe(0);
    await controls.getByRole('button', { name: 'Resume', exact: true }).click();
    await execute.says(/TASK_FINISHED/);
  });

  test('a breakpoint holds the master before a status update', async () => {
    const { master, page } = await start();
    await openActor(page, 'master');
    await page.getByLabel('Message (all when empty)').fill('StatusUpdateMessage');
    await page.getByLabel('Where').fill('update.status.state=TASK_FINISHED');
    await page.getByRole('button', { name: 'Add rule' }).click();
    const execute = launch(master, 'true');
    await page.getByText('at a breakpoint').first().waitFor();
    expect(execute.output).toContain('TASK_RUNNING');
    expect(execute.output).not.toContain('TASK_FINISHED');
    await page.getByRole('button', { name: 'Remove', exact: true }).click();
    await page.getByRole('button', { name: 'Resume', exact: true }).click();
    await execute.says(/TASK_FINISHED/);
    expect(master.daemon.output).toMatch(/the debugger adds the rule .*StatusUpdateMessage/);
  });
});

/** A master, an agent, and the page of the master. */
async function start() {
  const master = await startMaster(FLAGS);
  await startAgent(master.address, { flags: FLAGS });
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  onTestFinished(() => context.close());
  const page = await context.newPage();
  page.setDefaultTimeout(WAIT_MS);
  await page.goto(`http://${master.address}/__debugger__/`);
  await page.getByText(/^[23] nodes/).waitFor(); // An agent starts its executor host before there is a task.
  return { master, page };
}

function launch(master: { readonly address: string }, command: string): Daemon {
  const args = ['mesos/cli.js', 'execute', `--master=${master.address}`, '--name=hello', `--command=${command}`];
  return new Daemon('execute', args, { LIBPROCESS_TRACE: '65536' });
}

async function search(page: Page, words: string): Promise<void> {
  await page.getByRole('searchbox').fill(words);
  await page.getByRole('searchbox').press('Escape');
}

async function openActor(page: Page, id: string): Promise<void> {
  await page.keyboard.press('2');
  await page.getByRole('button', { name: id, exact: true }).first().click();
  await page.getByRole('heading', { name: 'Mailbox' }).waitFor();
}
