/**
 * The debugger's page in a real browser, before a node that makes up its events: what people see and do, and whether it
 * stays smooth. Skipped, with a word, where there is no Chromium.
 */
import { existsSync } from 'node:fs';
import { type Browser, type CDPSession, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { DebuggerNode, type DebuggerNodeOptions } from '../fixtures/debugger-node.ts';
import { CHROMIUM } from './chromium.ts';

const FRAMES_PER_SECOND_MIN = 30;
const VIEW = { width: 1280, height: 800 };

let browser: Browser;

describe.skipIf(CHROMIUM === undefined)('the page', () => {
  beforeAll(async () => {
    if (!existsSync('dist/debugger/index.html')) throw new Error('dist/debugger is missing: run `npm run build`');
    browser = await chromium.launch({ executablePath: CHROMIUM ?? '', args: ['--no-sandbox'] });
  });

  afterAll(() => browser?.close());

  test('scrolls through 100,000 events at over 30 frames a second, by the browser’s own tracing', async () => {
    const { page } = await open({ events: 100_000 }, 'view=events');
    await page.getByText(/^100,\d{3} events$/).waitFor();
    const devtools = await page.context().newCDPSession(page);
    await devtools.send('Input.synthesizeScrollGesture', scroll(1_000, 6_000));
    const frames = await framesDuring(devtools, () =>
      devtools.send('Input.synthesizeScrollGesture', scroll(30_000, 12_000)),
    );
    report('100,000 events', frames);
    expect(frames.perSecond).toBeGreaterThan(FRAMES_PER_SECOND_MIN);
    // It has moved, and shows rows where it is.
    expect(await page.evaluate('document.querySelector(".list").scrollTop')).toBeGreaterThan(10_000);
    expect(await page.locator('.list .row').count()).toBeGreaterThan(20);
  });

  test('scrolls through a sequence of thousands of messages at over 30 frames a second', async () => {
    const { page, node } = await open({ events: 12_000 }, 'view=events');
    await page.getByText(/^12,\d{3} events$/).waitFor();
    const [first, last] = [node.story.events[0], node.story.events.at(-1)];
    await page.goto(`${node.url}/#view=sequence&since=${first?.at}&until=${last?.at}`);
    const diagram = page.getByRole('application', { name: /^Sequence diagram of \d{4,} messages/ });
    await diagram.waitFor();
    const devtools = await page.context().newCDPSession(page);
    const frames = await framesDuring(devtools, () =>
      devtools.send('Input.synthesizeScrollGesture', scroll(-12_000, 6_000)),
    );
    report('a sequence of 12,000 events', frames);
    expect(frames.perSecond).toBeGreaterThan(FRAMES_PER_SECOND_MIN);
  });

  test('joins all nodes from the address of one, and draws their actors', async () => {
    const { page, node } = await open({ events: 2_000, now: Date.now() });
    node.live(10);
    await page.getByText('8 nodes').waitFor();
    await page.getByRole('button', { name: /^slave\(1\) at mesos-agent 2/ }).click();
    await page.getByRole('heading', { name: 'slave(1)' }).waitFor();
    expect(await inkOn(page, '.map canvas')).toBeGreaterThan(500);
  });

  test('shows an event with its payload, its cause and what it caused; its address leads there again', async () => {
    const { page, node } = await open({ events: 3_000 }, 'view=events&q=name=RunTaskMessage to:executor');
    await page
      .locator('.list .row')
      .nth(3)
      .click({ position: { x: 520, y: 10 } });
    const details = page.getByRole('complementary', { name: 'Details' });
    await details.getByRole('heading', { name: 'RunTaskMessage' }).waitFor();
    await details.getByText('framework_id').waitFor();
    expect(await details.getByText('[secret]').count()).toBe(1);
    const id = await details.locator('dd.mono.dim').textContent();
    const address = page.url();
    expect(address).toContain(`event=${id}`);
    const { page: other } = await openAt(node, new URL(address).hash.slice(1));
    await other.getByText(id ?? '').waitFor();
    expect(await other.getByRole('searchbox').inputValue()).toBe('name=RunTaskMessage to:executor');
  });

  test('shows a launched task as one connected tree over all nodes', async () => {
    const { page } = await open({ events: 3_000 }, 'view=sequence&q=name=RunTaskMessage');
    await page.locator('.tree').first().click();
    const name = await page.getByRole('application', { name: /Sequence diagram/ }).getAttribute('aria-label');
    expect(name).toMatch(/of \d+ messages between (9|10) actors/);
    expect(await inkOn(page, '.sequence canvas')).toBeGreaterThan(1_000);
    await page.getByRole('application').focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    expect(new URL(page.url()).hash).toContain('event=');
  });

  test('lets a mailbox be seen to grow while its actor is paused, and steps it', async () => {
    const { page, node } = await open({ events: 500, control: true, now: Date.now() }, 'view=actors');
    node.live(20);
    await page.getByRole('button', { name: 'slave(1)' }).first().click();
    const controls = page.getByRole('group', { name: 'Control of slave(1)' });
    await controls.getByRole('button', { name: 'Pause' }).click();
    await page.getByText('paused').first().waitFor();
    const mailbox = page.getByRole('list', { name: 'Mailbox of slave(1)' });
    await mailbox.getByText('PingSlaveMessage').nth(2).waitFor();
    await controls.getByRole('button', { name: 'Step' }).click();
    await expect.poll(() => node.commands.map(command => command.do)).toContain('step');
  });

  test('offers no control where the node allows none', async () => {
    const { page } = await open({ events: 500 }, 'view=actors');
    await page.getByRole('button', { name: 'master' }).first().click();
    await page.getByRole('heading', { name: 'Mailbox' }).waitFor();
    expect(await page.getByRole('button', { name: 'Pause' }).count()).toBe(0);
  });

  test('is dark or light as the system wishes, until the switch says otherwise', async () => {
    const { page } = await open({}, '', 'dark');
    const theme = (): Promise<unknown> => page.evaluate('document.documentElement.dataset.theme');
    expect(await theme()).toBe('dark');
    await page.keyboard.press('t');
    expect(await theme()).toBe('light');
    expect(page.url()).toContain('theme=light');
  });

  test('is used by keys alone, and tells which', async () => {
    const { page } = await open({ events: 500 });
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Help' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog', { name: 'Help' }).waitFor({ state: 'hidden' });
    await page.keyboard.press('3');
    await page.getByRole('grid', { name: 'Events' }).waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('kind:timer');
    await page.keyboard.press('Escape');
    await page.getByRole('grid', { name: 'Events' }).focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('Enter');
    expect(new URL(page.url()).hash).toMatch(/view=sequence&q=kind:timer&tree=.+&event=.+/);
  });

  test('starts tracing at all nodes with the filter of the form', async () => {
    const { page, node } = await open({}, 'view=nodes');
    await page.getByText('8 nodes').waitFor();
    await page.getByLabel('Actors (all when empty)').fill('master, slave*');
    await page.getByLabel('Time every turn').check();
    await page.getByRole('button', { name: 'Start tracing' }).click();
    await expect.poll(() => node.commands.filter(command => command.do === 'start').length).toBe(8);
    expect(node.commands.find(command => command.do === 'start')).toMatchObject({
      actors: ['master', 'slave*'],
      times: 'turn',
    });
  });

  test('opens what it has saved', async () => {
    const { page } = await open({ events: 700 }, 'view=nodes&q=kind:message');
    await page.getByText(/^7\d\d events$/).waitFor();
    const saving = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Trace (JSON lines)' }).click();
    const saved = await (await saving).path();
    await page.getByLabel('Choose a file…').setInputFiles(saved);
    await page.getByText('a saved trace', { exact: true }).waitFor();
    await page.keyboard.press('3');
    expect(await page.locator('.list .row').count()).toBeGreaterThan(20);
  });
});

interface Opened {
  readonly page: Page;
  readonly node: DebuggerNode;
}

async function open(options: DebuggerNodeOptions, hash = '', colorScheme: 'light' | 'dark' = 'light'): Promise<Opened> {
  const node = await DebuggerNode.start(options);
  onTestFinished(() => node.close());
  return openAt(node, hash, colorScheme);
}

/** Fails the test for an error in the page, and for a request that leaves the node. */
async function openAt(node: DebuggerNode, hash: string, colorScheme: 'light' | 'dark' = 'light'): Promise<Opened> {
  const context = await browser.newContext({ viewport: VIEW, colorScheme });
  const page = await context.newPage();
  const wrong: string[] = [];
  page.on('pageerror', error => wrong.push(error.message));
  page.on('console', message => message.type() === 'error' && wrong.push(message.text()));
  page.on(
    'request',
    request => /^(data|blob):/.test(request.url()) || isAt(node, request.url()) || wrong.push(request.url()),
  );
  onTestFinished(async () => {
    await context.close();
    expect(wrong).toEqual([]);
  });
  await page.goto(`${node.url}/#${hash}`);
  await page.getByRole('banner').waitFor();
  return { page, node };
}

function isAt(node: DebuggerNode, url: string): boolean {
  return new URL(url).host === new URL(node.url).host;
}

function scroll(yDistance: number, speed: number) {
  return { x: VIEW.width / 3, y: VIEW.height / 2, yDistance, speed, preventFling: true } as const;
}

interface Frames {
  readonly perSecond: number;
  /** Milliseconds between two frames; of twenty, one is longer. */
  readonly gapP95: number;
  readonly count: number;
}

interface TracedByBrowser {
  readonly name: string;
  readonly ph: string;
  /** Microseconds. */
  readonly ts: number;
}

/** Frames that the page's own thread made and that were drawn, as `chrome://tracing` counts them. */
async function framesDuring(devtools: CDPSession, act: () => Promise<unknown>): Promise<Frames> {
  const times: number[] = [];
  devtools.on('Tracing.dataCollected', ({ value }) => {
    for (const { name, ph, ts } of value as readonly object[] as readonly TracedByBrowser[]) {
      if (name === 'MainFrame.Draw' && ph === 'X') times.push(ts / 1_000);
    }
  });
  const complete = new Promise(resolve => devtools.once('Tracing.tracingComplete', resolve));
  await devtools.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: { includedCategories: ['cc', 'benchmark'] },
  });
  await act();
  await devtools.send('Tracing.end');
  await complete;
  times.sort((a, b) => a - b);
  const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
  gaps.sort((a, b) => a - b);
  const span = (times.at(-1) ?? 0) - (times[0] ?? 0);
  return {
    perSecond: (gaps.length / span) * 1_000,
    gapP95: gaps[Math.floor(gaps.length * 0.95)] ?? 0,
    count: times.length,
  };
}

function report(what: string, { perSecond, gapP95, count }: Frames): void {
  console.log(`${what}: ${perSecond.toFixed(0)} frames/s (${count} frames, 95 % within ${gapP95.toFixed(0)} ms)`);
}

/** Pixels of a canvas that something was painted on. */
async function inkOn(page: Page, selector: string): Promise<number> {
  const count = `(() => {
    const canvas = document.querySelector(${JSON.stringify(selector)});
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    let ink = 0;
    for (let at = 3; at < data.length; at += 4) if (data[at] > 0) ink += 1;
    return ink;
  })()`;
  await expect.poll(() => page.evaluate(count)).toBeGreaterThan(0);
  return page.evaluate<number>(count);
}
