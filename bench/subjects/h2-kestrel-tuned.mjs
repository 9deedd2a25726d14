// Kestrel over cleartext HTTP/2, tuned for this load: no hops between threads, and windows that do not stop an upload.
import { becomeKestrel } from '../lib/support/kestrel.mjs';

becomeKestrel(
  {
    listen: 'listen.Protocols = HttpProtocols.Http2;',
    transport: 'transport.UnsafePreferInlineScheduling = true; transport.WaitForDataBeforeAllocatingBuffer = false;',
    limits:
      'kestrel.AddServerHeader = true; kestrel.Limits.Http2.MaxFrameSize = 1 << 20; ' +
      'kestrel.Limits.Http2.InitialConnectionWindowSize = 16 << 20; kestrel.Limits.Http2.InitialStreamWindowSize = 4 << 20;',
  },
  { DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS: '1' },
);
