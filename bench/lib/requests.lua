-- Sends the bytes of the file named by the first argument as they are; wrk finds out itself how many requests they hold.
-- Overriding wrk.format instead of defining request() keeps wrk on its static path: no Lua runs between requests.
function init(args)
  local file = assert(io.open(args[1], "rb"))
  local batch = file:read("*a")
  file:close()
  wrk.format = function() return batch end
end

function done(summary)
  local errors = summary.errors
  io.write(string.format(
    'bench-result {"requests":%d,"microseconds":%d,"bytes":%d,' ..
    '"connect":%d,"read":%d,"write":%d,"status":%d,"timeout":%d}\n',
    summary.requests, summary.duration, summary.bytes,
    errors.connect, errors.read, errors.write, errors.status, errors.timeout))
end
