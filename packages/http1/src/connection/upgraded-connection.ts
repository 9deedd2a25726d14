import type { Duplex } from 'node:stream';
import { type Connection, LayeredConnection, type Receiver } from '@windhover/connections';
import type { FieldSection } from '@windhover/http';
import type { ResponseHeadWriter } from '@windhover/http1-codec';
import type { RequestIntake } from './request-intake.ts';

/**
 * The head of the response that upgrades the connection: 101, or 200 for CONNECT.
 *
 * @param reasonPhrase empty for that of the status
 * @param protocol the value of the Upgrade field, which a 101 must have (RFC 9110 7.8); not for CONNECT
 */
export const upgradeHead = (
  heads: ResponseHeadWriter,
  reasonPhrase: string,
  fields: FieldSection,
  isConnect: boolean,
  protocol: string,
): string => {
  if (isConnect) return heads.write(200, reasonPhrase, fields, '', undefined);
  fields.set('connection', 'Upgrade');
  fields.set('upgrade', protocol);
  return heads.write(101, reasonPhrase, fields, '', undefined);
};

/**
 * Takes over a connection from HTTP/1.1. Bytes received after the request are the first input of the new protocol;
 * later bytes wait in the connection below until the new protocol starts.
 *
 * @param onTakenOver called when the connection is started or its stream is taken
 */
export const takeUpgraded = (below: Connection, intake: RequestIntake, onTakenOver: () => void): Connection => {
  below.pause();
  const upgraded = new UpgradedConnection(below, onTakenOver);
  upgraded.unread(...intake.decoder.takeRemaining());
  if (intake.peerHasEnded) upgraded.unreadEnd();
  return upgraded;
};

/** The connection of an upgraded exchange. It calls back when the new protocol takes it over. */
class UpgradedConnection extends LayeredConnection {
  #onTakenOver: (() => void) | undefined;

  /** @param onTakenOver called when the connection is started or its stream is taken */
  constructor(below: Connection, onTakenOver: () => void) {
    super(below);
    this.#onTakenOver = onTakenOver;
  }

  override start(receiver: Receiver): void {
    this.#takenOver();
    super.start(receiver);
  }

  override takeStream(): Duplex | undefined {
    const stream = super.takeStream();
    if (stream !== undefined) this.#takenOver();
    return stream;
  }

  /** Releases the HTTP/1.1 connection, so that a long-lived connection does not keep its memory. */
  #takenOver(): void {
    this.#onTakenOver?.();
    this.#onTakenOver = undefined;
  }
}
