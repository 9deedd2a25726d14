import { channels, subscribe } from '@windhover/diagnostics';

let received = 0;
const subscription = subscribe({ 'windhover:server:draining': () => received++ });
const draining = channels['windhover:server:draining'];

// Browsers have no diagnostics channels: publishers see no subscriber.
export const result: string = `${draining.hasSubscribers} ${received}`;
subscription[Symbol.dispose]();
export const expected = 'false 0';
