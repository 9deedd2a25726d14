import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { run } from '../src/reload-command.ts';

it.each(['0', '00', '-1', '+5'])('%j is not a process id: no process gets a signal', async (target) => {
  const kill = vi.spyOn(process, 'kill').mockReturnValue(true);
  const before = process.cwd();
  const folder = mkdtempSync(join(tmpdir(), 'windhover-reload-'));
  process.chdir(folder);
  onTestFinished(() => {
    kill.mockRestore();
    process.chdir(before);
    rmSync(folder, { recursive: true });
  });
  await expect(run([target])).rejects.toThrow(`"${target}" is neither a process id nor a file that can be read.`);
  expect(kill).not.toHaveBeenCalled();
});
