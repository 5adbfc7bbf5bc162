/** The console in a real browser, from the first sight of a healthy group to a drill. The tests of the page follow each other. */
import { copyFileSync, mkdirSync, statSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath, launch } from './chromium.ts';
import { runningConsole, type RunningConsole } from './running.ts';

/** Where the screenshots are left for a person: ignored by git, uploaded by CI. */
const screenshots = 'screenshots';

/** The screenshot that the documentation shows: `UPDATE_SAMPLES=1` renews it. */
const documented = 'docs/images/console.png';

/** A simulated minute takes a fifth of a second and the time of a run. */
const speed = 300;

/** In real time. A loaded machine takes seconds for a run of the monitor. */
const patience = { timeout: 45_000 };

if (chromiumPath === undefined) {
  process.stderr.write(
    'test/console/browser.test.ts did NOT run: there is no Chromium. Install it, or name it in CHROMIUM.\n',
  );
  describe('The console in a browser', () => {
    it.skip('did NOT run: there is no Chromium on this machine', () => undefined);
  });
} else {
  describe('The console in a browser', () => {
    const executable = chromiumPath ?? '';
    const problems: string[] = [];
    let running: RunningConsole;
    let browser: Browser;
    let page: Page;

    beforeAll(async () => {
      mkdirSync(screenshots, { recursive: true });
      [running, browser] = await Promise.all([runningConsole(speed), launch(executable)]);
      page = await browser.newPage({ viewport: { width: 1440, height: 1000 } });
      page.on('console', (message) => {
        if (message.type() === 'error' || message.type() === 'warning') problems.push(message.text());
      });
      page.on('response', (response) => {
        if (response.status() >= 400) problems.push(`${response.request().method()} ${response.url()}`);
      });
      page.on('pageerror', (error) => problems.push(error.message));
      await page.goto(running.url);
    });

    afterAll(async () => {
      await browser.close();
      await running.close();
    });

    const sees = (text: string | RegExp) => page.getByText(text).first().waitFor(patience);
    /** Sends the command as the form has it. The answer of `operate` as text. */
    const send = async (command: string): Promise<string> => {
      const answered = page.waitForResponse('**/_sim/operate', patience);
      await page.getByRole('button', { name: `${command} main-line` }).click();
      await (await answered).finished();
      return page.locator('.answer.done, .answer.refused').innerText();
    };
    const order = async (command: string): Promise<void> => {
      await page.getByLabel('Command').selectOption(command);
      // A group that was just moved may have to wait, for example for a drill.
      await expect.poll(() => send(command), { ...patience, interval: 500 }).toMatch(/^Answer\ndone: /);
    };
    const primary = () => page.locator('.group .panel-head strong').first().textContent();
    const simulatedMs = () => running.aws.clock.now();

    it('shows a healthy group, its members and their calls', async () => {
      await page.getByRole('heading', { name: 'Main line' }).waitFor(patience);
      await page.locator('.members .healthy', { hasText: 'healthy' }).first().waitFor(patience);
      expect(await page.locator('.members tbody th').allTextContents()).toEqual([
        'vc-east us-east-1',
        'vc-west us-west-2',
      ]);
      expect(await page.getByRole('img', { name: /^Calls, per minute\. Last minute: vc-east \d+/ }).count()).toBe(1);
    });

    it('breaks a Region by a click; the group is moved, and the event opens to the message', async () => {
      await page.getByRole('button', { name: 'Gray failure us-east-1' }).click();
      await page.getByRole('list', { name: 'Faults in force' }).getByText('Gray failure').waitFor(patience);
      await sees('DONE: failover of Main line. New calls now try vc-west before vc-east.');
      expect(await primary()).toBe('vc-west');
      await page.locator('summary', { hasText: 'Priority Change Applied' }).first().click();
      const opened = page.locator('details[open] .opened');
      expect(await opened.locator('.message').innerText()).toMatch(
        /Why: vc-east \(us-east-1\) unhealthy: .* limit 2e-7/,
      );
      expect(await opened.locator('pre').innerText()).toContain('"decision": "failover"');
      await page.setViewportSize({ width: 1280, height: 800 });
      await page.screenshot({ path: `${screenshots}/console.png` });
      if (process.env['UPDATE_SAMPLES'] !== undefined) copyFileSync(`${screenshots}/console.png`, documented);
      expect(statSync(documented).size).toBeLessThan(200_000);
    });

    it('heals the Region; the group is moved back', async () => {
      await page.getByRole('button', { name: 'Heal Gray failure in us-east-1' }).click();
      await sees('No fault is in force.');
      await sees('DONE: failback of Main line. New calls now try vc-east before vc-west.');
      expect(await primary()).toBe('vc-east');
    });

    it('pauses the group; it stays where it is although its Region fails, until it is resumed', async () => {
      await order('pause');
      await page.getByRole('button', { name: 'Gray failure us-east-1' }).click();
      const brokenAt = simulatedMs();
      await page.locator('.tag', { hasText: 'hold: paused' }).waitFor(patience);
      await expect.poll(() => simulatedMs() - brokenAt, patience).toBeGreaterThan(15 * 60_000);
      expect(await primary()).toBe('vc-east');
      await order('resume');
      await page.locator('.group .panel-head strong', { hasText: 'vc-west' }).waitFor(patience);
      await page.getByRole('button', { name: 'Heal Gray failure in us-east-1' }).click();
      await page.locator('.group .panel-head strong', { hasText: 'vc-east' }).waitFor(patience);
    });

    it('shows a refusal with its reasons', async () => {
      await page.getByLabel('Command').selectOption('switchover');
      await page.getByLabel('Reason').fill('');
      expect(await send('switchover')).toMatch(
        /^Refused\n.*\n {2}- reason: Expected a reason, 1 to 500 characters, got ""/,
      );
      await page.getByLabel('Reason').fill('trying the console');
    });

    it('drills the group, and puts it back', async () => {
      await page.getByLabel('Command').selectOption('drill');
      await page.getByLabel('Minutes').selectOption('5');
      await order('drill');
      await sees(/^DRILL STARTED: new calls of Main line try vc-west first/);
      await sees(/^DRILL succeeded \(passed\): new calls of Main line try vc-east first/);
      await page.locator('.group .panel-head strong', { hasText: 'vc-east' }).waitFor(patience);
    });

    it('is operated by the keyboard alone', async () => {
      await page.getByLabel('Region', { exact: true }).focus();
      await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      await page.getByRole('button', { name: 'Heal Region outage in us-east-1' }).focus();
      await page.keyboard.press('Enter');
      await sees('No fault is in force.');
    });

    it.each([
      ['light', 1440],
      ['dark', 1440],
      ['light', 380],
    ] as const)('fits a %s page of %i pixels', async (colorScheme, width) => {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 1000 });
      const path = `${screenshots}/console-${colorScheme}-${width}.png`;
      await page.screenshot({ path, fullPage: width < 1000 });
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
      // The list of events scrolls by itself: its hidden texts must not make the page longer.
      expect(await page.evaluate('document.documentElement.scrollHeight')).toBeLessThan(width < 1000 ? 4000 : 2400);
    });

    it('reports no error and no warning in the console of the browser', () => {
      expect(problems).toEqual([]);
    });
  });
}
