import { describe, expect, it } from 'vitest';
import { readdirSync } from 'node:fs';
import { Child } from '../../../tools/test-support/child.ts';
import { checkDevelopmentCertificate, createDevelopmentCertificate } from '../src/index.ts';
import { TemporaryStore } from './support/temporary-store.ts';

const index = new URL('../src/index.ts', import.meta.url).href;

/** Creates a certificate when the parent process says so, so that several processes do it at the same moment. */
const program = `
  const { createDevelopmentCertificate } = await import('${index}');
  await import('${new URL('../src/issuer.ts', import.meta.url).href}');
  process.on('message', async () => {
    const { created, authorityCreated } = await createDevelopmentCertificate({ folder: process.argv[1], renew: true });
    console.log(JSON.stringify({ created, authorityCreated }));
    process.disconnect();
  });
  console.log('ready');
`;

const race = async (folder: string, count: number): Promise<string[]> => {
  const args = ['--input-type=module', '--eval', program, folder];
  const children = Array.from({ length: count }, () => new Child(args, { stdio: ['ignore', 'pipe', 'pipe', 'ipc'] }));
  try {
    await Promise.all(children.map((child) => child.waitFor(/ready/)));
    for (const child of children) child.process.send('go');
    const codes = await Promise.all(children.map((child) => child.exited));
    const outputs = children.map((child) => child.output);
    expect({ codes, outputs }).toEqual({ codes: codes.map(() => 0), outputs });
    return outputs;
  } finally {
    await Promise.all(children.map((child) => child[Symbol.asyncDispose]()));
  }
};

const authoritiesIn = (outputs: readonly string[]): number =>
  outputs.filter((output) => output.includes('"authorityCreated":true')).length;

describe('several processes at once', () => {
  it('that make the first certificate: one authority', { timeout: 60_000 }, async () => {
    const { folder } = new TemporaryStore();
    const outputs = await race(folder, 4);
    expect(authoritiesIn(outputs)).toBe(1);
    expect(checkDevelopmentCertificate({ folder }).problems).toEqual([]);
    expect(readdirSync(folder)).toHaveLength(3);
  });

  it('that replace a broken authority: a consistent store', { timeout: 60_000 }, async () => {
    const store = new TemporaryStore();
    const { folder } = store;
    await createDevelopmentCertificate({ folder });
    store.write('authority-key.pem', 'garbage');
    expect(authoritiesIn(await race(folder, 4))).toBeGreaterThan(0);
    expect(checkDevelopmentCertificate({ folder }).problems).toEqual([]);
    expect(await createDevelopmentCertificate({ folder })).toMatchObject({ created: false, authorityCreated: false });
    expect(readdirSync(folder)).toHaveLength(3);
  });
});

/** A clock that lets another process replace our authority whenever it is read, except at the given readings. */
const interrupted = async (store: TemporaryStore, isLeftAlone: (reading: number) => boolean): Promise<() => number> => {
  await createDevelopmentCertificate(store);
  const others = await Promise.all(Array.from({ length: 32 }, () => madeElsewhere()));
  let readings = 0;
  return () => {
    if (!isLeftAlone(++readings)) {
      const other = others.pop()!;
      store.write('authority-key.pem', other.read('authority-key.pem'));
      store.write('authority.pem', other.read('authority.pem'));
    }
    return store.now;
  };
};

const madeElsewhere = async (): Promise<TemporaryStore> => {
  const store = new TemporaryStore();
  await createDevelopmentCertificate(store);
  return store;
};

describe('another process that replaces the authority in the middle', () => {
  it('once: the certificate is issued again by that authority', async () => {
    const store = new TemporaryStore();
    // The first reading starts an attempt; the second one follows when it has its authority.
    const wallClock = await interrupted(store, (reading) => reading !== 2);
    const { created } = await createDevelopmentCertificate({ folder: store.folder, wallClock });
    expect(created).toBe(true);
    expect(checkDevelopmentCertificate(store).problems).toEqual([]);
  });

  it('again and again: DEV_CERTS_CONTENDED', async () => {
    const store = new TemporaryStore();
    const wallClock = await interrupted(store, () => false);
    await expect(createDevelopmentCertificate({ folder: store.folder, wallClock })).rejects.toMatchObject({
      code: 'DEV_CERTS_CONTENDED',
    });
  });
});

describe('the certificate library', () => {
  const loaded = (action: string): string => `
    import { createRequire } from 'node:module';
    import { createDevelopmentCertificate, developmentCertificate } from '${index}';
    await ${action};
    const files = Object.keys(createRequire('${index}').cache);
    console.log('loaded', files.filter((file) => file.includes('node_modules')).length > 0);
  `;

  it.each([
    ['reading a certificate', 'developmentCertificate({ folder: process.argv[1] }).key', false],
    ['finding that there is a good one', 'createDevelopmentCertificate({ folder: process.argv[1] })', false],
    ['making one', 'createDevelopmentCertificate({ folder: process.argv[1], renew: true })', true],
  ])('%s', async (_what, action, expected) => {
    const { folder } = new TemporaryStore();
    await createDevelopmentCertificate({ folder });
    await using child = new Child(['--input-type=module', '--eval', loaded(action), folder]);
    const [, answer] = await child.waitFor(/loaded (\w+)/);
    expect(answer).toBe(String(expected));
  });
});
