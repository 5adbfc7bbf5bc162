/** The console of an account in a real browser, with the local AWS as the account. */
import { mkdirSync, readFileSync } from 'node:fs';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { serveAccount } from '../../sim/console/account/server.ts';
import { AccountSource } from '../../sim/console/account/source.ts';
import { chromiumPath, launch } from './chromium.ts';
import { runningConsole } from './running.ts';

const minuteMs = 60_000;
const scheduled = readFileSync('events/scheduled.json', 'utf8');
const patience = { timeout: 45_000 };

if (chromiumPath === undefined) {
  process.stderr.write('test/console/account-browser.test.ts did NOT run: there is no Chromium.\n');
  describe('The console of an account in a browser', () => {
    it.skip('did NOT run: there is no Chromium on this machine', () => undefined);
  });
} else {
  const executable = chromiumPath;
  describe('The console of an account in a browser', { timeout: 120_000 }, () => {
    it('shows a failover with its message, has nothing to press, and says when it cannot read', async () => {
      const { aws, close } = await runningConsole();
      onTestFinished(close);
      vi.stubEnv('AWS_ENDPOINT_URL', aws.server.url);
      vi.stubEnv('AWS_ACCESS_KEY_ID', 'local');
      vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'local');
      onTestFinished(() => void vi.unstubAllEnvs());
      aws.controls.faults.add({ fault: 'gray-failure', at: 'us-east-1', ratio: 0.6, forMinutes: undefined });
      for (let minute = 0; minute < 6; minute += 1) {
        aws.simulateUntil(aws.clock.now() + minuteMs);
        await aws.invoke('monitor', scheduled);
      }
      const deployment = { kind: 'stack', stage: 'dev', region: 'us-east-1' } as const;
      const source = new AccountSource(deployment, () => aws.clock.now());
      await source.read();
      const shown = await serveAccount({ source, deployment, port: 0, readEveryMs: 500 });
      onTestFinished(shown.close);
      const browser = await launch(executable);
      onTestFinished(() => browser.close());
      const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
      const problems: string[] = [];
      page.on('console', (message) => {
        if (message.type() === 'error' || message.type() === 'warning') problems.push(message.text());
      });
      page.on('pageerror', (error) => problems.push(error.message));
      await page.goto(shown.url);
      await page
        .getByText('DONE: failover of Main line. New calls now try vc-west before vc-east.')
        .first()
        .waitFor(patience);
      await page.getByText('stage dev in us-east-1').waitFor(patience);
      expect(await page.locator('.group .panel-head strong').first().textContent()).toBe('vc-west');
      expect(await page.getByRole('button').count()).toBe(0);
      expect(await page.getByRole('radio').count()).toBe(0);
      mkdirSync('screenshots', { recursive: true });
      await page.screenshot({ path: 'screenshots/console-account.png' });
      aws.server.misbehave({ service: 'monitoring', effect: { kind: 'throttle' } });
      await page.getByRole('alert').getByText('The account could not be read.').waitFor(patience);
      await page.setViewportSize({ width: 380, height: 900 });
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(380);
      expect(problems).toEqual([]);
    });
  });
}
