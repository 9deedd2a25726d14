import { expect, it } from 'vitest';
import { FieldSection, addVary } from '../src/index.ts';

it.each<[before: string[], after: string]>([
  [[], 'accept-encoding'],
  [[''], 'accept-encoding'],
  [['origin'], 'origin, accept-encoding'],
  [['Origin', 'Accept'], 'Origin, Accept, accept-encoding'],
  [['Accept-Encoding'], 'Accept-Encoding'],
  [['origin , ACCEPT-ENCODING'], 'origin , ACCEPT-ENCODING'],
  [['x-accept-encoding'], 'x-accept-encoding, accept-encoding'],
  [['*'], '*'],
])('RFC 9110 12.5.5: accept-encoding added to the Vary lines %j: %s', (before, after) => {
  const headers = new FieldSection();
  headers.set('vary', before);
  addVary(headers, 'accept-encoding');
  expect(headers.get('vary')).toBe(after);
});
