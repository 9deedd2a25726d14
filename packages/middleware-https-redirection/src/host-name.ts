/** The name of a Host field, without the port. IPv6 addresses keep their brackets. */
export const hostName = (host: string): string => {
  const end = host.startsWith('[') ? host.indexOf(']') + 1 : host.indexOf(':');
  return end <= 0 ? host : host.slice(0, end);
};
