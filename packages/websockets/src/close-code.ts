/** The close codes that this package sends. `ws` sends 1002, 1007 and 1009. Source: RFC 6455 section 7.4.1 */
export const CloseCode = { normal: 1000, goingAway: 1001, policyViolation: 1008, internalError: 1011 } as const;
