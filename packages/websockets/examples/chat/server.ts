// A chat on http://localhost:5000: open it twice. Ctrl+C closes every WebSocket with 1001; the pages connect again.
import { chatHostBuilder } from './chat-host.ts';

await chatHostBuilder().build().run();
