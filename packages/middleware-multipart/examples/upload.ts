import { createHash } from 'node:crypto';
import { multipart } from '@windhover/middleware-multipart';
import { createHostBuilder } from 'windhover';

const host = createHostBuilder()
  .useUrls('http://127.0.0.1:0')
  .configure((app) => {
    app.run(async (context) => {
      const seen: string[] = [];
      for await (const part of multipart(context, { maxFileSize: 1_000_000 })) {
        if (part.kind === 'field') seen.push(`${part.name}=${part.value}`);
        else {
          const hash = createHash('sha256');
          for await (const piece of part.content) hash.update(piece as Uint8Array);
          seen.push(`${part.fileName} ${part.mediaType} ${hash.digest('hex').slice(0, 8)}`);
        }
      }
      return seen.join('\n');
    });
  })
  .build();
await host.start();

const form = new FormData();
form.set('title', 'A picture');
form.set('picture', new Blob(['bytes'], { type: 'image/png' }), 'picture.png');
const answer = await fetch(host.addresses[0]!, { method: 'POST', body: form });
for (const line of (await answer.text()).split('\n')) console.log(line);
// title=A picture
// picture.png image/png 277089d9
await host.stop();
