import { PassThrough } from 'node:stream';
import { type Connection, fromDuplex } from '@windhover/connections';
import { channels, subscribe } from '@windhover/diagnostics';

const rejected = channels['windhover:connection:rejected'];

/** Publishes a rejection, as a server does. Without a subscriber no message is created. */
const turnAway = (connection: Connection): void => {
  if (rejected.hasSubscribers) rejected.publish({ connection, reason: 'serverLimit', endpointName: 'http://*:80' });
};

const subscription = subscribe({
  'windhover:connection:rejected': ({ reason, endpointName }) => console.log(`${endpointName}: ${reason}`),
});
turnAway(fromDuplex(new PassThrough()));
// http://*:80: serverLimit

subscription[Symbol.dispose]();
console.log(rejected.hasSubscribers);
// false
