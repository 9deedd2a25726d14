import { httpLimitDefaults as defaults } from '@windhover/http';
import * as v from 'valibot';
import { byteSize, count, duration } from './units.ts';

const allowedRate = '{ "bytesPerSecond": above 0, "gracePeriod": a time above 1s }, or null';

const minDataRate = v.nullable(
  v.pipe(
    v.strictObject({
      bytesPerSecond: v.pipe(v.number(), v.gtValue(0), v.metadata({ allowed: 'a number above 0' })),
      gracePeriod: v.pipe(duration({ min: 1000 }), v.gtValue(1000), v.metadata({ allowed: 'a time above 1000 ms' })),
    }),
    v.metadata({ allowed: allowedRate }),
  ),
);

const described = <S extends v.GenericSchema>(schema: S, text: string): v.SchemaWithPipe<readonly [S, v.DescriptionAction<v.InferOutput<S>, string>]> =>
  v.pipe(schema, v.description(text));
