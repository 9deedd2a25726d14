// Writes windhover.schema.json anew: pnpm --filter @windhover/hosting schema
import { writeFileSync } from 'node:fs';
import { settingsJsonSchema } from './json-schema.ts';

writeFileSync(
  new URL('../../windhover.schema.json', import.meta.url),
  `${JSON.stringify(settingsJsonSchema(), null, 2)}\n`,
);
