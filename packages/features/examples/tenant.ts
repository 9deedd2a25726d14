import { Features, featureKey } from '@windhover/features';

interface Tenant {
  readonly name: string;
}
const Tenant = featureKey<Tenant>('acme/tenant');

const connection = new Features();
const request = new Features(connection); // what it does not have, the connection may have

connection.set(Tenant, { name: 'blue' });
console.log(request.get(Tenant)?.name);
// blue

request.set(Tenant, { name: 'green' });
console.log(request.require(Tenant).name, connection.require(Tenant).name);
// green blue
