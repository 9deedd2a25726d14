// Kestrel over cleartext HTTP/2, tuned for this load: inline scheduling, and windows large enough for an upload.
import { becomeKestrel, tuned } from '../lib/support/kestrel.mjs';

becomeKestrel(
  {
    listen: 'listen.Protocols = HttpProtocols.Http2;',
    transport: tuned.transport,
    limits:
      'kestrel.AddServerHeader = true; kestrel.Limits.Http2.MaxFrameSize = 1 << 20; ' +
      'kestrel.Limits.Http2.InitialConnectionWindowSize = 16 << 20; kestrel.Limits.Http2.InitialStreamWindowSize = 4 << 20;',
  },
  tuned.variables,
);
