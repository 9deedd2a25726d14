// Every subject starts and does its work. Peers that are not installed are skipped, as are peers that must be
// downloaded or built first, unless a run of the bench has done so.
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { abilitiesOf } from '../lib/run/abilities.mjs';
import { faultOfSubject } from '../lib/run/answer.mjs';
import { SubjectSkipped, chooseSubjects, kindOf, launch } from '../lib/run/subject.mjs';
import { cacheFolder, workspaceFolder } from '../lib/support/cache-folder.mjs';
import { type GroupedSubject, type SubjectAddress, SubjectGroup } from './support/subject-group.ts';

const folder = join(import.meta.dirname, '..', 'subjects');
const isBuilt = existsSync(join(workspaceFolder, 'packages', 'windhover', 'dist', 'index.js'));
const cached: string[] = existsSync(cacheFolder)
  ? [cacheFolder, join(cacheFolder, 'peers')].flatMap((path) => (existsSync(path) ? readdirSync(path) : []))
  : [];

/** Entries in the bench cache that subjects require. */
const needed: [RegExp, string][] = [
  [/bun$/, 'bun-'],
  [/deno$/, 'deno-'],
  [/uws$/, '@trufflesuite-uws'],
  [/kestrel/, 'kestrel-'],
];

const isReady = (name: string): boolean => {
  const [, start = ''] = needed.find(([pattern]) => pattern.test(name)) ?? [];
  return start === '' || cached.some((entry) => entry.startsWith(start));
};

/** Work that a subject `routes-…` may omit. */
const without: Record<string, string[]> = {
  'routes-bun': ['close'],
  'routes-uws': ['close', 'stream', 'gigabyte', 'upload'],
};

/** Subjects that replace their process, change the whole process, or load the file of another subject. */
const alone = /bun|deno|uws|kestrel|^telemetry-|-instrumented$|-unobserved$|-command$|-http1$/;

const subjects: readonly GroupedSubject[] = chooseSubjects(folder, undefined);

/** The fault of a subject, and the work that it does not offer. */
const findingsOf = async (name: string, address: SubjectAddress): Promise<object> => ({
  fault: await faultOfSubject(address),
  ...(kindOf(name) === 'routes' ? await abilitiesOf(address.port) : { without: [] }),
});

const wanted = (name: string): object => ({ fault: undefined, without: without[name] ?? [] });

describe.skipIf(!isBuilt).concurrent('every subject that can share a process', () => {
  let group: SubjectGroup;
  beforeAll(() => void (group = new SubjectGroup()));
  afterAll(() => group[Symbol.asyncDispose]());

  for (const subject of subjects.filter(({ name }) => !alone.test(name))) {
    it(`${subject.name} answers as it should`, async ({ expect }) => {
      expect(await findingsOf(subject.name, await group.start(subject))).toEqual(wanted(subject.name));
    });
  }
});

describe.skipIf(!isBuilt).concurrent('every other subject', () => {
  for (const subject of subjects.filter(({ name }) => alone.test(name))) {
    it.skipIf(!isReady(subject.name))(`${subject.name} answers as it should`, async ({ skip, expect }) => {
      const running = await launch(subject, { pinning: {}, patience: 50_000 }).catch((error: Error) => {
        if (error instanceof SubjectSkipped) return skip(error.message);
        throw error;
      });
      try {
        expect(await findingsOf(subject.name, running.address)).toEqual(wanted(subject.name));
      } finally {
        await running.stop();
      }
    });
  }
});

describe('a third-party subject', () => {
  const own = mkdtempSync(join(tmpdir(), 'windhover-bench-test-'));
  afterAll(() => rmSync(own, { recursive: true }));

  const source = (status: number) => `
    import { createServer } from 'node:http';
    createServer((request, response) => {
      response.writeHead(${status}, { 'content-type': 'text/plain', 'content-length': 13, server: 'mine' });
      response.end('Hello, World!');
    }).listen(Number(process.env.PORT), '127.0.0.1');`;

  it('is one file: it is found, started and checked', async () => {
    writeFileSync(join(own, 'mine.mjs'), source(200));
    const [subject] = chooseSubjects(own, undefined);
    expect(subject).toMatchObject({ name: 'mine', missing: false });
    const running = await launch(subject, { pinning: {} });
    expect(await faultOfSubject(running.address).finally(running.stop)).toBeUndefined();
  });
  it('with a wrong answer is reported', async () => {
    writeFileSync(join(own, 'wrong.mjs'), source(500));
    const [subject] = chooseSubjects(own, ['wrong']);
    const running = await launch(subject, { pinning: {} });
    expect(await faultOfSubject(running.address).finally(running.stop)).toBe('answered with status 500');
  });
  it('that ends with code 77 is skipped, with its reason', async () => {
    writeFileSync(join(own, 'absent.mjs'), `console.error('there is no such runtime'); process.exit(77);`);
    const [subject] = chooseSubjects(own, ['absent']);
    await expect(launch(subject, { pinning: {} })).rejects.toThrow('there is no such runtime');
  });
});
