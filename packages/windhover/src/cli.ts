#!/usr/bin/env node
// The entry point. It must run on any Node.js version: it checks the version before newer code is loaded.
import { unsupportedNode } from './unsupported-node.ts';

const complaint = unsupportedNode(process.versions.node);
if (complaint === undefined) {
  // Caches compiled code between starts. Old versions of Node.js do not have it.
  process.getBuiltinModule('node:module').enableCompileCache();
  const { main } = await import('./command.ts');
  await main(process.argv.slice(2));
} else {
  console.error(`windhover: ${complaint}`);
  process.exitCode = 1;
}
