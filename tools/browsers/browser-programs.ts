import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The exports of each file in `programs`: the outcome of a small round trip, and the expected outcome. */
export interface BrowserProgram {
  readonly result: string;
  readonly expected: string;
}

const folder = new URL('programs/', import.meta.url);

/** Name and path of each program. A program is named after its package; `http2-codec` is a part of one. */
export const browserPrograms: readonly (readonly [name: string, path: string])[] = readdirSync(folder).map((file) => [
  file.replace(/\.ts$/, ''),
  fileURLToPath(new URL(file, folder)),
]);
