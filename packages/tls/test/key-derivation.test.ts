import { Buffer } from 'node:buffer';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { deriveByPkcs12, purposes } from '../src/certificates/pkcs12/key-derivation.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

const runtimeSetImmediate = setImmediate;

/** Derives bytes with SHA-1. @returns the number of turns of the event loop that the derivation waits for */
const turnsOf = async (rounds: number, size: number): Promise<number> => {
  let turns = 0;
  vi.spyOn(globalThis, 'setImmediate').mockImplementation(((callback: () => void) => {
    // The test runner uses it as well.
    if (new Error().stack!.includes('key-derivation.ts')) turns++;
    return runtimeSetImmediate(callback);
  }) as typeof setImmediate);
  const derivation = { digest: '1.3.14.3.2.26', password: Buffer.from('\0x\0\0'), salt: Buffer.alloc(8, 1), rounds };
  expect(await deriveByPkcs12(derivation, purposes.key, size)).toHaveLength(size);
  return turns;
};

describe('deriveByPkcs12 gives the event loop a turn after every 5,000 rounds', () => {
  it.each([
    [1, 20, 0],
    [5000, 20, 0],
    [5001, 20, 1],
    [10_000, 20, 1],
    [10_001, 20, 2],
    // Twice as many bytes take the rounds twice.
    [5001, 40, 2],
  ])('%i rounds for %i bytes; turns: %i', async (rounds, size, turns) => {
    expect(await turnsOf(rounds, size)).toBe(turns);
  });
});
