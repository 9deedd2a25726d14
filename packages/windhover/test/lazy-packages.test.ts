import { describe, expect, it } from 'vitest';
import { devCertsPackage } from '../src/lazy-packages.ts';

describe('the package of development certificates', () => {
  const failing = (message: string, code: string) => () => {
    throw Object.assign(new Error(message), { code });
  };

  it('that is not installed: an error that says how to install it', () => {
    const load = failing("Cannot find module '@windhover/dev-certs'", 'MODULE_NOT_FOUND');
    expect(() => devCertsPackage(load)).toThrow(/npm install --save-dev @windhover\/dev-certs/);
  });

  it('that fails otherwise: its own error', () => {
    expect(() => devCertsPackage(failing('Cannot find module "x"', 'MODULE_NOT_FOUND'))).toThrow(
      'Cannot find module "x"',
    );
  });
});
