import { type Browser, type BrowserContext, type Page, launch } from 'puppeteer-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { findProgram } from '../../../tools/test-support/programs.ts';
import { type Front, fronts } from './support/fronts.ts';
import { chatHostBuilder } from '../examples/chat/chat-host.ts';

const chromium = findProgram('chromium') ?? findProgram('google-chrome');

type WebHost = ReturnType<ReturnType<typeof chatHostBuilder>['build']>;

const startHost = async (url: string): Promise<WebHost> => {
  const host = chatHostBuilder().useUrls(url).build();
  await host.start();
  return host;
};

const textOf = (page: Page, selector: string): Promise<string> =>
  page.$eval(selector, (element) => element.textContent ?? '');

const untilText = (page: Page, selector: string, text: string): Promise<unknown> =>
  page.waitForSelector(`${selector} ::-p-text(${text}), ${selector}::-p-text(${text})`);

const say = async (page: Page, text: string): Promise<void> => {
  await page.type('#text', text);
  await page.keyboard.press('Enter');
};

const hasBrowser = chromium !== undefined;

describe.skipIf(!hasBrowser)('the chat in a browser (skipped where there is no Chromium)', () => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await launch({ executablePath: chromium!, args: ['--no-sandbox'], acceptInsecureCerts: true });
  });
  afterAll(() => browser.close());

  for (const [way, isHere, openFront] of fronts) {
    describe.skipIf(!isHere)(`reached ${way}`, () => {
      let front: Front;
      let host: WebHost;
      const contexts: BrowserContext[] = [];

      beforeAll(async () => {
        front = await openFront();
      });
      afterAll(() => front[Symbol.asyncDispose]());
      beforeEach(async () => {
        host = await startHost(front.hostUrl);
      });
      afterEach(async () => {
        await host.stop(AbortSignal.abort());
        // Pages that stay would try to connect again, for ever.
        await Promise.all(contexts.splice(0).map((context) => context.close()));
      });

      const join = async (name: string): Promise<Page> => {
        const context = await browser.createBrowserContext();
        contexts.push(context);
        const page = await context.newPage();
        await page.goto(front.clientUrl);
        await page.type('#name', name);
        return page;
      };

      it('two pages exchange messages, as text and never as markup', async () => {
        const [ada, bob] = await Promise.all([join('Ada'), join('Bob')]);
        await untilText(ada, '#status', '2 people are here');
        await say(ada, 'Hello <b>Bob</b>');
        await untilText(bob, '#log', 'Hello <b>Bob</b>');
        await say(bob, 'Hello Ada');
        await untilText(ada, '#log', 'Hello Ada');
        expect(await ada.$$eval('#log li', (entries) => entries.map(({ className }) => className))).toEqual([
          'own',
          '',
        ]);
        expect(await bob.$('#log b')).toBeNull();
        await bob.close();
        await untilText(ada, '#status', 'You are alone here');
      });

      it('a host that stops closes them with 1001, and they come back to its successor', async () => {
        const [ada, bob] = await Promise.all([join('Ada'), join('Bob')]);
        await untilText(ada, '#status', '2 people are here');
        await host.stop(new AbortController().signal);
        await untilText(ada, '#status', 'The server restarts');
        host = await startHost(front.hostUrl);
        await untilText(bob, '#status', '2 people are here');
        await say(ada, 'Are you back?');
        await untilText(bob, '#log', 'Are you back?');
        expect(await textOf(bob, '#log .name')).toBe('Ada');
      });
    });
  }
});
