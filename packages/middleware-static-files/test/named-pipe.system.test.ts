import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { MemoryHttp } from '../../../tools/test-support/memory-http.ts';
import { findProgram } from '../../../tools/test-support/programs.ts';
import { staticFiles } from '../src/index.ts';
import { folderWith } from './support/folder.ts';

it.skipIf(findProgram('mkfifo') === undefined)(
  'a named pipe is not served, and does not hold the request up',
  async () => {
    const root = folderWith({ 'a.txt': '' });
    execFileSync('mkfifo', [join(root, 'pipe')]);
    const http = MemoryHttp.of([staticFiles(root, { listing: true })], ({ response }) => response.send('passed on'));
    expect((await http.get('/pipe')).content).toBe('passed on');
    expect((await http.get('/')).content).not.toContain('pipe');
  },
);
