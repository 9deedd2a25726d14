import { describe, expect, it } from 'vitest';
import { kindOf } from '../lib/run/subject.mjs';

describe('the kind of a subject', () => {
  it.each([
    ['tls-floor', 'tls'],
    ['ws-node-http', 'ws'],
    ['static-sirv', 'static'],
    ['net-floor', 'http'],
    ['kestrel', 'http'],
    ['unix-floor', 'unix'],
    ['routes-bun', 'routes'],
    ['router-fastify', 'router'],
    ['h2tls-windhover', 'h2tls'],
  ])('%s: %s', (name, kind) => {
    expect(kindOf(name)).toBe(kind);
  });
});
