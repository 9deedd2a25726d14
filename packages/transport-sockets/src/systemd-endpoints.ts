import type { FileHandleEndpoint, NamedEndpoint } from '@windhover/connections';
import { isClusterWorker } from './inherited-descriptor.ts';
import { SystemdError, type SystemdErrorCode } from './systemd-error.ts';

/** One socket that systemd, or another program with the same protocol, has passed to this process. */
export interface SystemdEndpoint extends NamedEndpoint {
  /** `FileDescriptorName=` of the socket unit; `unknown` if the launcher gives no names. */
  readonly name: string;
  readonly endpoint: FileHandleEndpoint;
}

/** The environment variables that are read. */
export interface SystemdEnvironment {
  readonly LISTEN_PID?: string | undefined;
  readonly LISTEN_FDS?: string | undefined;
  readonly LISTEN_FDNAMES?: string | undefined;
}

/** `SD_LISTEN_FDS_START`: 0 to 2 are stdin, stdout and stderr. */
const firstDescriptor = 3;

const largest = 2 ** 31 - 1;

/** A limit far above the sockets of any unit, and small enough to protect memory. */
const mostDescriptors = 65_536;

const listeningProcess = (): number => (isClusterWorker() ? process.ppid : process.pid);

/** Digits only: no sign, no space, no leading zero. */
const wholeNumber = (text: string, most: number, code: SystemdErrorCode): number => {
  const value = /^(?:0|[1-9]\d{0,9})$/.test(text) ? Number(text) : Number.NaN;
  if (value <= most) return value;
  throw new SystemdError(code, `It must be an integer from 0 to ${most}; correct the program that starts this process`);
};

/** The rule of systemd for `FileDescriptorName=`: printable ASCII, at most 255 characters; the colon separates names. */
const validName = /^[ -~]{0,255}$/;

const namesOf = (text: string | undefined, count: number): readonly string[] => {
  if (text === undefined) return Array.from({ length: count }, () => 'unknown');
  const names = text.split(':');
  const code = 'TRANSPORT_SYSTEMD_LISTEN_FDNAMES_INVALID';
  if (names.length !== count) throw new SystemdError(code, `There are ${count} descriptors and ${names.length} names`);
  if (!names.every((name) => validName.test(name))) {
    throw new SystemdError(code, 'A name has up to 255 characters of printable ASCII');
  }
  return names;
};

/**
 * Removes the variables of socket activation, so that child processes do not inherit them. The primary process of
 * `node:cluster` does not listen itself, and keeps the variables for its workers.
 *
 * Source: sd_listen_fds(3), `unset_environment`
 */
export const removeSystemdVariables = (): void => {
  for (const name of ['LISTEN_PID', 'LISTEN_FDS', 'LISTEN_FDNAMES']) delete process.env[name];
};

/**
 * The sockets that this process got through socket activation, in the order of the launcher, as endpoints for
 * `SocketTransport`.
 *
 * The variables apply only to the process of `LISTEN_PID`: a child process that inherits them gets no endpoints.
 *
 * @param environment read, never changed
 * @param pid the process id to compare with `LISTEN_PID`. Default: this process; in a worker of `node:cluster` the
 *   primary process, which listens for the worker
 * @returns an empty list if this process was not activated
 * @throws SystemdError `TRANSPORT_SYSTEMD_LISTEN_PID_INVALID`, `TRANSPORT_SYSTEMD_LISTEN_FDS_INVALID`,
 *   `TRANSPORT_SYSTEMD_LISTEN_FDNAMES_INVALID`
 *
 * Source: sd_listen_fds_with_names(3); Kestrel `KestrelServerOptions.UseSystemd`, which does not read the names.
 */
export const systemdEndpoints = (
  environment: SystemdEnvironment = process.env,
  pid?: number,
): readonly SystemdEndpoint[] => {
  const { LISTEN_PID, LISTEN_FDS, LISTEN_FDNAMES } = environment;
  if (LISTEN_PID === undefined || LISTEN_FDS === undefined) return [];
  if (wholeNumber(LISTEN_PID, largest, 'TRANSPORT_SYSTEMD_LISTEN_PID_INVALID') !== (pid ?? listeningProcess()))
    return [];
  const count = wholeNumber(LISTEN_FDS, mostDescriptors, 'TRANSPORT_SYSTEMD_LISTEN_FDS_INVALID');
  if (count === 0) return [];
  return namesOf(LISTEN_FDNAMES, count).map((name, index) => ({
    name,
    endpoint: { kind: 'handle', fd: firstDescriptor + index },
  }));
};
