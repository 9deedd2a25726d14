#!/usr/bin/env node
// The first thing that runs, on whatever Node.js there is: it checks the version before anything newer is loaded.
import { unsupportedNode } from './unsupported-node.ts';

const complaint = unsupportedNode(process.versions.node);
if (complaint === undefined) {
  // Compiled code is kept from one start to the next; an old Node.js has no such thing.
  process.getBuiltinModule('node:module').enableCompileCache();
  const { main } = await import('./command.ts');
  await main(process.argv.slice(2));
} else {
  console.error(`windhover: ${complaint}`);
  process.exitCode = 1;
}
