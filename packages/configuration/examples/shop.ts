import * as v from 'valibot';
import {
  commandLine,
  describeSource,
  environmentVariables,
  jsonFile,
  loadConfiguration,
} from '@windhover/configuration';

const schema = v.strictObject({
  title: v.optional(v.string(), 'Shop'),
  workers: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1)), 4),
  database: v.strictObject({ url: v.string(), password: v.pipe(v.string(), v.metadata({ secret: true })) }),
});

const configuration = await loadConfiguration({
  schema,
  layers: [
    jsonFile('shop.json'), // does not exist here
    environmentVariables('SHOP_', { SHOP_DATABASE__URL: 'db://localhost', SHOP_DATABASE__PASSWORD: 'hunter2' }),
    commandLine(['--workers', '8']),
  ],
});

const workers: number = configuration.values.workers;
console.log(workers * 2);
for (const { key, text, source } of await configuration.effective()) {
  console.log(`${key} = ${text}   (${describeSource(source)})`);
}
// 16
// title = "Shop"   (default)
// workers = 8   (argument --workers)
// database.url = "db://localhost"   (environment variable SHOP_DATABASE__URL)
// database.password = ***   (environment variable SHOP_DATABASE__PASSWORD)
