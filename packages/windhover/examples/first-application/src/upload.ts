import { createHash } from 'node:crypto';
import { multipart } from '@windhover/middleware-multipart';
import type { WebApplication } from 'windhover';

export const addUpload = (app: WebApplication): void => {
  app.post('/upload', async (context) => {
    const files: { name: string; size: number; sha256: string }[] = [];
    for await (const part of multipart(context, { maxFiles: 4, maxFileSize: 5_000_000 })) {
      if (part.kind !== 'file') continue;
      const hash = createHash('sha256');
      let size = 0;
      for await (const piece of part.content as AsyncIterable<Uint8Array>) {
        hash.update(piece);
        size += piece.length;
      }
      files.push({ name: part.fileName, size, sha256: hash.digest('hex') });
    }
    return files;
  });
};
