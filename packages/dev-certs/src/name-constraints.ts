/** Tags of DER as they occur here. Source: ITU-T X.690; RFC 5280, section 4.2.1.10 */
const sequence = 0x30;
const permittedSubtrees = 0xa0;
const dnsName = 0x82;
const ipAddress = 0x87;

export const nameConstraintsId = '2.5.29.30';

/** Everything that is below `localhost`, 127.0.0.0/8 and ::1: what an authority of this machine may vouch for. */
export const loopbackConstraints = (): Uint8Array => {
  const ipv4 = Buffer.from([127, 0, 0, 0, 255, 0, 0, 0]);
  const ipv6 = Buffer.concat([Buffer.alloc(15), Buffer.from([1]), Buffer.alloc(16, 0xff)]);
  const bases = [der(dnsName, Buffer.from('localhost')), der(ipAddress, ipv4), der(ipAddress, ipv6)];
  return der(sequence, der(permittedSubtrees, ...bases.map((base) => der(sequence, base))));
};

/** One value of fewer than 128 bytes, whose length is one byte. */
const der = (tag: number, ...contents: readonly Uint8Array[]): Buffer => {
  const content = Buffer.concat(contents);
  return Buffer.concat([Buffer.from([tag, content.length]), content]);
};
