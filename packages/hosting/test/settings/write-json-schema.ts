// Writes windhover.schema.json anew, for this package and for `windhover`: pnpm --filter @windhover/hosting schema
import { writeFileSync } from 'node:fs';
import { settingsJsonSchema } from './json-schema.ts';

const text = `${JSON.stringify(settingsJsonSchema(), null, 2)}\n`;
for (const folder of ['hosting', 'windhover']) {
  writeFileSync(new URL(`../../../${folder}/windhover.schema.json`, import.meta.url), text);
}
