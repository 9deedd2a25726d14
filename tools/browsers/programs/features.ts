import { Features, featureKey } from '@windhover/features';

const Tenant = featureKey<string>('acme/tenant');
const connection = new Features();
const request = new Features(connection);
connection.set(Tenant, 'blue');

export const result: string = request.require(Tenant);
export const expected = 'blue';
