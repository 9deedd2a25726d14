import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { TestServer } from '@windhover/testing';
import app from '../src/app.ts';

const server = await TestServer.start(app);
after(() => server.stop());

test('a note is kept, and sent to those who listen', async () => {
  const events = await server.fetch('/events');
  assert.equal(events.headers.get('content-type'), 'text/event-stream');

  const created = await server.fetch('/notes', { json: { text: 'Buy milk' } });
  assert.equal(created.status, 201);
  const location = created.headers.get('location')!;
  assert.equal(await (await server.fetch(location)).text(), '{"id":1,"text":"Buy milk"}');

  const reader = events.body!.getReader();
  const { value } = await reader.read();
  assert.match(new TextDecoder().decode(value), /event: note\ndata: \{"id":1,"text":"Buy milk"\}\n/);
  await reader.cancel();
});

test('a note without text is refused, and the answer says why', async () => {
  const refused = await server.fetch('/notes', { json: { text: '' }, headers: { accept: 'application/json' } });
  assert.equal(refused.status, 400);
  assert.equal(refused.headers.get('content-type'), 'application/problem+json');
  assert.match(await refused.text(), /"text"/);
});

test('visits are counted by a cookie', async () => {
  const first = await server.fetch('/visits');
  const [cookie] = first.headers.getSetCookie();
  const second = await server.fetch('/visits', { headers: { cookie: cookie!.split(';')[0]! } });
  assert.deepEqual(await second.json(), { visits: 2 });
});

test('the page is served, and not sent again while it is unchanged', async () => {
  const page = await server.fetch('/');
  assert.match(await page.text(), /<h1>Notes<\/h1>/);
  const again = await server.fetch('/', { headers: { 'if-none-match': page.headers.get('etag')! } });
  assert.equal(again.status, 304);
});

test('a file is uploaded as it comes', async () => {
  const form = new FormData();
  form.set('picture', new Blob(['bytes']), 'picture.png');
  const answer = await server.fetch('/upload', { method: 'POST', body: form });
  const [file] = (await answer.json()) as { name: string; size: number }[];
  assert.deepEqual([file?.name, file?.size], ['picture.png', 5]);
});
