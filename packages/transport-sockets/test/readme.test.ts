import { readFileSync } from 'node:fs';
import { transportErrors } from '@windhover/connections';
import { acceptErrors, socketTransportDefaults, systemdErrors } from '@windhover/transport-sockets';
import { afterEach, describe, expect, it, vi } from 'vitest';

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');
const readme = read('../README.md');

afterEach(() => {
  vi.restoreAllMocks();
});

describe('README', () => {
  it('shows the example that is in the package, and what it prints', async () => {
    const example = read('../examples/echo.ts');
    expect(readme).toContain(`\`\`\`ts\n${example}\`\`\``);
    const lines: string[] = [];
    vi.spyOn(console, 'log').mockImplementation((...values: unknown[]) => void lines.push(values.join(' ')));
    await import('../examples/echo.ts');
    expect(lines).toEqual([...example.matchAll(/^\/\/ (.*[^.\n])$/gm)].map(([, line]) => line));
  });

  it('lists every option with its default', () => {
    const rows = [...readme.matchAll(/^\| `(\w+)` +\| (true|false|\d+) +\|/gm)].map(([, name, value]) => [name, value]);
    expect(rows).toEqual(Object.entries(socketTransportDefaults).map(([name, value]) => [name, String(value)]));
  });

  it('lists every code of an AcceptError', () => {
    const rows = [...readme.matchAll(/^\| `(ACCEPT_\w+)`/gm)].map(([, code]) => code);
    expect(rows).toEqual(Object.keys(acceptErrors));
  });

  it('lists every code of a TransportError', () => {
    const rows = [...readme.matchAll(/^\| `(TRANSPORT_\w+)`/gm)].map(([, code]) => code);
    expect(rows).toEqual(Object.keys(transportErrors));
  });

  it('lists every code of a SystemdError', () => {
    const rows = [...readme.matchAll(/^\| `(SYSTEMD_\w+)`/gm)].map(([, code]) => code);
    expect(rows).toEqual(Object.keys(systemdErrors));
  });
});
