import { Features } from '@windhover/features';
import { ApplicationBuilder } from '@windhover/http';
import { expect, it } from 'vitest';
import { MemoryHttp } from '../../../tools/test-support/memory-http.ts';
import { nodeHandler } from '../src/index.ts';

it.each([
  ['/old', '/old/x?y=1', '/x?y=1'],
  ['/old', '/old', '/'],
  ['/old', '/old?y=/old', '/?y=/old'],
  ['/old', '/OLD/x', '/x'],
  ['/old/shop', '/old/shop/x', '/x'],
  ['/café', '/caf%C3%A9/x%20y', '/x%20y'],
  ['/a b', '/a%20b/c', '/c'],
  ['/old', '/%6fld/x', '/x'],
  ['/old', 'http://a/old/x?y', 'http://a/x?y'],
])('below the path base %s, the url of %s is %s, and originalUrl the target', async (base, target, url) => {
  const handler = nodeHandler((request, response) => {
    response.end(JSON.stringify([request.url, Reflect.get(request, 'originalUrl')]));
  });
  const app = new ApplicationBuilder(new Features()).map(base, (branch) => void branch.run(handler));
  const { content } = await new MemoryHttp(app.build()).get(target);
  expect(JSON.parse(content)).toEqual([url, target]);
});
