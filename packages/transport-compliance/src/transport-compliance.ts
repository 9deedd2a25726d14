import { abortChecks } from './checks/abort.ts';
import { disposeChecks } from './checks/dispose.ts';
import { acceptChecks } from './checks/accept.ts';
import { backpressureChecks } from './checks/backpressure.ts';
import { bindChecks } from './checks/bind.ts';
import { type PairCheck, type TransportCheck } from './checks/check.ts';
import { closedChecks } from './checks/closed.ts';
import { dataChecks } from './checks/data.ts';
import { featureChecks } from './checks/features.ts';
import { halfCloseChecks } from './checks/half-close.ts';
import { pauseChecks } from './checks/pause.ts';
import { startChecks } from './checks/start.ts';
import { unbindChecks } from './checks/unbind.ts';
import { Session } from './session.ts';
import type { ComplianceCheck, ConnectionPair, ConnectionSubject, TransportSubject } from './subject.ts';

const pairChecks: readonly PairCheck[] = [
  ...dataChecks,
  ...startChecks,
  ...halfCloseChecks,
  ...pauseChecks,
  ...backpressureChecks,
  ...abortChecks,
  ...disposeChecks,
  ...closedChecks,
];

const transportChecks: readonly TransportCheck[] = [...bindChecks, ...acceptChecks, ...unbindChecks, ...featureChecks];

const runPairCheck = async (check: PairCheck, pair: ConnectionPair, resets: boolean): Promise<void> => {
  try {
    await check.run({ ...pair, resets });
  } finally {
    pair.client.abort();
    pair.served.abort();
  }
};

const withSession = async (subject: TransportSubject, run: (session: Session) => Promise<void>): Promise<void> => {
  const session = new Session(subject);
  try {
    await run(session);
  } finally {
    await session.close();
  }
};

/**
 * Checks of the behaviour of two connected `Connection`s. For connections that do not come from a transport;
 * `transportCompliance` includes these checks.
 */
export const connectionCompliance = (subject: ConnectionSubject): readonly ComplianceCheck[] =>
  pairChecks.map((check) => ({
    name: check.name,
    run: async () => runPairCheck(check, await subject.pair(), subject.resets ?? true),
  }));

/**
 * Checks of the behaviour of a transport, for any test runner:
 * `for (const { name, run } of transportCompliance(subject)) it(name, run)`.
 */
export const transportCompliance = (subject: TransportSubject): readonly ComplianceCheck[] => [
  ...pairChecks.map((check) => ({
    name: check.name,
    run: () =>
      withSession(subject, async (session) => runPairCheck(check, await session.pair(), subject.resets ?? true)),
  })),
  ...transportChecks.map((check) => ({ name: check.name, run: () => withSession(subject, check.run) })),
];
