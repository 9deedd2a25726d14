import { createContext, runInContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { browserSafe } from '../graph/floors.ts';
import { type BrowserProgram, browserPrograms } from './browser-programs.ts';
import { bundleForBrowsers } from './bundle-for-browsers.ts';

/** The global objects of browsers that are not part of ECMAScript. A new context has only those of ECMAScript. */
const webGlobals = { AbortController, AbortSignal, DOMException, TextDecoder, TextEncoder, URL, URLSearchParams };

/** Runs a script where `Buffer`, `process` and all other globals of Node.js are missing. */
const runWithoutNode = (script: string): BrowserProgram =>
  runInContext(`${script}\nprogram`, createContext({ ...webGlobals })) as BrowserProgram;

describe('a bundle for browsers', () => {
  it('exists for every package that is for browsers', () => {
    expect(browserPrograms.map(([name]) => name)).toEqual([...browserSafe, 'http2-codec'].toSorted());
  });

  it.each(browserPrograms)('of %s needs no module and no global of Node.js', async (_name, path) => {
    const { result, expected } = runWithoutNode(await bundleForBrowsers(path));
    expect(result).toBe(expected);
  });

  it('is refused when a module of Node.js is needed', async () => {
    const needsNode = new URL('../test-support/programs.ts', import.meta.url).pathname;
    await expect(bundleForBrowsers(needsNode)).rejects.toThrow(/needs (?:node:)?fs/);
  });
});
