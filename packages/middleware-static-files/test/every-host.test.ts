import { expect, it } from 'vitest';
import { everyHost } from '../../../tools/test-support/hosts/every-host.ts';
import { staticFiles } from '../src/index.ts';
import { folderWith } from './support/folder.ts';

const large = new Uint8Array(1_000_000).map((_, at) => at % 251);

everyHost((host) => {
  it('serves a small file, a large one, ranges and conditions, and passes other requests on', async () => {
    const root = folderWith({ 'index.html': '<h1>Home</h1>', 'large.bin': large });
    const { client, applicationErrors } = await host.serve([staticFiles(root)]);

    const index = await client.get('/');
    expect(index).toMatchObject({ status: 200, text: '<h1>Home</h1>' });
    expect(index.headers).toMatchObject({ 'content-type': 'text/html; charset=utf-8', 'content-length': '13' });

    const whole = await client.get('/large.bin');
    expect(whole.headers['content-length']).toBe('1000000');
    expect(whole.bytes.equals(large)).toBe(true);

    const range = await client.get('/large.bin', { range: 'bytes=300000-899999' });
    expect([range.status, range.headers['content-range']]).toEqual([206, 'bytes 300000-899999/1000000']);
    expect(range.bytes.equals(large.subarray(300_000, 900_000))).toBe(true);

    const unchanged = await client.get('/large.bin', { 'if-none-match': whole.headers['etag']! });
    expect(unchanged).toMatchObject({ status: 304, text: '' });

    const head = await client.request({ method: 'HEAD', path: '/large.bin' });
    expect(head).toMatchObject({ status: 200, text: '' });
    expect(head.headers['content-length']).toBe('1000000');

    expect(await client.get('/other')).toMatchObject({ status: 200, text: 'served' });
    expect(await client.request({ method: 'POST', path: '/' })).toMatchObject({ status: 200, text: 'served' });
    expect(applicationErrors).toEqual([]);
  });
});
