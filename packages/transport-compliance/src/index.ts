export type {
  ComplianceCheck,
  ConnectionPair,
  ConnectionSubject,
  ConnectionTraits,
  TransportSubject,
} from './subject.ts';
export { connectionCompliance, transportCompliance } from './transport-compliance.ts';
