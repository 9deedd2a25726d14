/** Text of `windhover --help`. */
export const helpText = `Usage: windhover [module] [options]
       windhover config [module] [options]
       windhover reload <pid>
       windhover static [folder] [options]
       windhover init <folder>
       windhover top <pid|url> [options]
       windhover dev-certs [options]

Serves the default export of a module: (context) => { … }, (req, res) => { … } or
{ fetch }, an application of Express, Koa, Fastify, NestJS, Hono or H3, or a host or a
builder of one. Without a module: app.ts, app.mts, app.js or app.mjs in the current
directory.

Options:
  -u, --urls <list>      addresses to listen on, with ";" between them
                         (default: http://localhost:5000)
      --threads <n>      processes that serve, or "auto" for one per processor
      --watch            replace the process that serves when a file has changed
      --config <file>    the configuration file (default: windhover.json)
      --environment <e>  e.g. development (default: production)
      --<key> <value>    any key of the configuration, such as --drainDelay 5s
      --verbose          errors with their stack traces
  -h, --help             show this
  -v, --version          show the version

Commands:
  config      show the configuration that is in effect, and where each value is from
  reload      have a host read its configuration again (SIGHUP)
  init        write a project that can be started, tested and deployed
  static      serve the files of a folder; see windhover static --help
  top         show what a server does, each second; see windhover top --help
  dev-certs   make a certificate for https://localhost; see windhover dev-certs --help

Addresses:
  http://localhost:5000          both loopback addresses
  http://127.0.0.1:0             any free port
  http://*:8080                  every interface
  https://localhost:5001         with the development certificate
  http://unix:/run/app.sock      a unix socket

Example:
  windhover app.ts --urls "http://localhost:8080;http://unix:/tmp/app.sock"
`;
