import { Features } from '@windhover/features';
import { ApplicationBuilder, pipelineApplication } from '@windhover/http';
import { http1 } from '@windhover/http1';
import { ServerAddressesFeature, WindhoverServer } from '@windhover/server';
import { sockets } from '@windhover/transport-sockets';
import { launch } from 'puppeteer-core';
import { describe, expect, it } from 'vitest';
import { findProgram } from '../../../tools/test-support/programs.ts';
import { dashboard } from '../src/index.ts';

const chromium = findProgram('chromium') ?? findProgram('google-chrome');
const isMissing = chromium === undefined;

describe.skipIf(isMissing)('the dashboard in Chromium (skipped where there is none)', () => {
  it.each([
    [1280, 800, 'light'],
    [390, 844, 'dark'],
  ])('%i x %i, %s: shows the numbers without an error, and fits the window', async (width, height, scheme) => {
    const server = new WindhoverServer({ transports: [sockets()], protocols: [http1()] });
    server.listen({ kind: 'ip', address: '127.0.0.1', port: 0 });
    const app = new ApplicationBuilder(new Features()).use(dashboard());
    await server.start(pipelineApplication(app.build()));
    const browser = await launch({ executablePath: chromium!, args: ['--no-sandbox'] });
    try {
      const page = await browser.newPage();
      const errors: unknown[] = [];
      page.on('pageerror', (error) => errors.push(error));
      page.on('console', (message) => void (message.type() === 'error' && errors.push(message.text())));
      await page.setViewport({ width, height });
      await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
      await page.goto(`${server.features.require(ServerAddressesFeature).addresses[0]!}/dashboard`);
      await page.waitForSelector('#state.live');
      await page.waitForFunction('document.querySelectorAll("#cards .card").length === 6');
      expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
      expect(errors).toEqual([]);
    } finally {
      await browser.close();
      await server.stop(AbortSignal.abort());
    }
  });
});
